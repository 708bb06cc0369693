//! From a kernel's SPIR-V to what a device runs. The layout follows `lockstep_module::spirv_abi`: trap words, arrays,
//! bitmaps, and one range of push constants.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::rc::Rc;

use ash::vk;
use lockstep_module::spirv_abi::{FIRST_ARRAY_BINDING, TRAP_BINDING};

use crate::{gpu::Gpu, kernel::KernelForm};
use lockstep_engine::Fault;

/// The layout of a descriptor set: the trap words and so many arrays and bitmaps.
pub(crate) struct SetLayout {
    gpu: Rc<Gpu>,
    raw: vk::DescriptorSetLayout,
}

impl SetLayout {
    /// The layout for kernels with this many arrays and bitmaps.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], [`Fault::Driver`].
    pub(crate) fn new(gpu: &Rc<Gpu>, buffers: usize) -> Result<SetLayout, Fault> {
        let places = std::iter::once(TRAP_BINDING).chain((FIRST_ARRAY_BINDING..).take(buffers));
        let bindings: Vec<_> = places
            .map(|place| {
                vk::DescriptorSetLayoutBinding::default()
                    .binding(place)
                    .descriptor_type(vk::DescriptorType::STORAGE_BUFFER)
                    .descriptor_count(1)
                    .stage_flags(vk::ShaderStageFlags::COMPUTE)
            })
            .collect();
        let description = vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings);
        // SAFETY: the device is alive, and admission found that it holds so many storage buffers.
        let raw = unsafe { gpu.device().create_descriptor_set_layout(&description, None) }
            .map_err(|result| gpu.fault("vkCreateDescriptorSetLayout", "the layout of a kernel", result))?;
        Ok(SetLayout { gpu: gpu.clone(), raw })
    }

    /// The device's own name for it.
    pub(crate) fn raw(&self) -> vk::DescriptorSetLayout {
        self.raw
    }
}

impl Drop for SetLayout {
    fn drop(&mut self) {
        if !self.gpu.abandoned() {
            // SAFETY: pipelines made with the layout hold a reference to it, and no other use goes on.
            unsafe { self.gpu.device().destroy_descriptor_set_layout(self.raw, None) };
        }
    }
}

/// A kernel that the driver has compiled.
pub(crate) struct Pipeline {
    gpu: Rc<Gpu>,
    set_layout: Rc<SetLayout>,
    layout: vk::PipelineLayout,
    raw: vk::Pipeline,
}

impl Pipeline {
    /// Compiles a kernel.
    ///
    /// # Errors
    /// [`Fault::KernelRefused`], [`Fault::OutOfMemory`], [`Fault::DeviceLost`].
    pub(crate) fn new(gpu: &Rc<Gpu>, set_layout: &Rc<SetLayout>, kernel: &KernelForm) -> Result<Pipeline, Fault> {
        let what = format!("the kernel `{}`", kernel.name());
        let fault = |call, result| match gpu.fault(call, &what, result) {
            Fault::Driver { detail, .. } => Fault::KernelRefused { kernel: kernel.name().into(), detail },
            other => other,
        };
        let constants = [vk::PushConstantRange::default()
            .stage_flags(vk::ShaderStageFlags::COMPUTE)
            .size(u32::try_from(kernel.interface.pushed_words() * 4).unwrap_or(u32::MAX))];
        let set_layouts = [set_layout.raw()];
        let description =
            vk::PipelineLayoutCreateInfo::default().set_layouts(&set_layouts).push_constant_ranges(&constants);
        // SAFETY: the set layout is this device's, and the language bounds the words below what admission found.
        let layout = unsafe { gpu.device().create_pipeline_layout(&description, None) }
            .map_err(|result| fault("vkCreatePipelineLayout", result))?;
        let mut pipeline =
            Pipeline { gpu: gpu.clone(), set_layout: set_layout.clone(), layout, raw: vk::Pipeline::null() };

        let description = vk::ShaderModuleCreateInfo::default().code(&kernel.spirv);
        // SAFETY: the words were walked from end to end; that they keep the rules of SPIR-V is the verifier's to prove.
        let shader = unsafe { gpu.device().create_shader_module(&description, None) }
            .map_err(|result| fault("vkCreateShaderModule", result))?;
        let stage = vk::PipelineShaderStageCreateInfo::default()
            .stage(vk::ShaderStageFlags::COMPUTE)
            .module(shader)
            .name(c"main");
        let description = [vk::ComputePipelineCreateInfo::default().stage(stage).layout(layout)];
        // SAFETY: shader and layout are this device's and alive, and the shader is needed only during the call.
        let made = unsafe {
            let made = gpu.device().create_compute_pipelines(vk::PipelineCache::null(), &description, None);
            gpu.device().destroy_shader_module(shader, None);
            made
        };
        pipeline.raw = match made {
            Ok(pipelines) => pipelines.first().copied().unwrap_or_default(),
            Err((_, result)) => return Err(fault("vkCreateComputePipelines", result)),
        };
        Ok(pipeline)
    }

    /// The device's own name for it.
    pub(crate) fn raw(&self) -> vk::Pipeline {
        self.raw
    }

    /// The device's own name for its layout.
    pub(crate) fn layout(&self) -> vk::PipelineLayout {
        self.layout
    }

    /// The layout of its descriptor set.
    pub(crate) fn set_layout(&self) -> &SetLayout {
        &self.set_layout
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        if !self.gpu.abandoned() {
            // SAFETY: the work that used them has finished; what was never made is null, which is ignored.
            unsafe {
                self.gpu.device().destroy_pipeline(self.raw, None);
                self.gpu.device().destroy_pipeline_layout(self.layout, None);
            }
        }
    }
}
