//! A device with whatever it offers that a question needs, and a run of one shader on it. Nothing is proven here and
//! nothing is admitted: a measurement on a driver that fails ends with a message.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::{
    ffi::{CStr, c_void},
    time::{Duration, Instant},
};

use ash::{Entry, khr, vk};

/// The name of VK_KHR_shader_fma, which is younger than the bindings.
const SHADER_FMA: &CStr = c"VK_KHR_shader_fma";

/// VkPhysicalDeviceShaderFmaFeaturesKHR, as the registry of Vulkan lays it out.
#[repr(C)]
struct ShaderFma {
    structure: vk::StructureType,
    next: *mut c_void,
    float16: vk::Bool32,
    float32: vk::Bool32,
    float64: vk::Bool32,
}

const SHADER_FMA_STRUCTURE: i32 = 1_000_579_000;

/// A shape of matrices that a device multiplies by itself.
pub struct MatrixShape {
    pub m: u32,
    pub n: u32,
    pub k: u32,
    /// The types of A, B, C and the result.
    pub types: [vk::ComponentTypeKHR; 4],
    pub scope: vk::ScopeKHR,
}

/// An open device.
pub struct Device {
    instance: ash::Instance,
    device: ash::Device,
    physical: vk::PhysicalDevice,
    queue: vk::Queue,
    family: u32,
    pub name: String,
    pub driver: String,
    /// What it says of its floats of 32 bits, a line each.
    pub promises: Vec<(&'static str, bool)>,
    /// Whether it computes with f64.
    pub doubles: bool,
    /// Whether it has OpFmaKHR of f32.
    pub fma: bool,
    pub matrices: Vec<MatrixShape>,
}

pub type Ran<T> = Result<T, String>;

fn call<T>(what: &str, result: Result<T, vk::Result>) -> Ran<T> {
    result.map_err(|error| format!("{what}: {error}"))
}

/// All devices of this machine that compute with the Vulkan memory model.
///
/// # Errors
/// No loader, no driver.
pub fn devices() -> Ran<Vec<Device>> {
    // SAFETY: the library found under the loader's name is the Vulkan loader.
    let entry = unsafe { Entry::load() }.map_err(|error| error.to_string())?;
    let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_3);
    let description = vk::InstanceCreateInfo::default().application_info(&application);
    // SAFETY: the description lives until the call returns.
    let instance = call("vkCreateInstance", unsafe { entry.create_instance(&description, None) })?;
    // SAFETY: the instance is alive.
    let found = call("vkEnumeratePhysicalDevices", unsafe { instance.enumerate_physical_devices() })?;
    let devices = found.into_iter().map(|physical| open(&entry, &instance, physical)).collect();
    // The loader must outlive everything; a tool that ends soon need not close it.
    std::mem::forget(entry);
    devices
}

fn open(entry: &Entry, instance: &ash::Instance, physical: vk::PhysicalDevice) -> Ran<Device> {
    let mut driver = vk::PhysicalDeviceVulkan12Properties::default();
    let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut driver);
    // SAFETY: the physical device is the instance's, and of Vulkan 1.2 or newer, as all of today's are.
    unsafe { instance.get_physical_device_properties2(physical, &mut properties) };
    let text = |name: Result<&CStr, _>| name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = text(properties.properties.device_name_as_c_str());
    let promises = vec![
        ("shaderDenormPreserveFloat32", driver.shader_denorm_preserve_float32 != 0),
        ("shaderDenormFlushToZeroFloat32", driver.shader_denorm_flush_to_zero_float32 != 0),
        ("shaderRoundingModeRTEFloat32", driver.shader_rounding_mode_rte_float32 != 0),
        ("shaderSignedZeroInfNanPreserveFloat32", driver.shader_signed_zero_inf_nan_preserve_float32 != 0),
    ];
    let driver = format!("{} {}", text(driver.driver_name_as_c_str()), text(driver.driver_info_as_c_str()));
    // SAFETY: the physical device is the instance's.
    let extensions = call("extensions", unsafe { instance.enumerate_device_extension_properties(physical) })?;
    let offers = |name: &CStr| extensions.iter().any(|offered| offered.extension_name_as_c_str() == Ok(name));
    let (has_matrices, has_fma) = (offers(khr::cooperative_matrix::NAME), offers(SHADER_FMA));

    // SAFETY: the physical device is the instance's.
    let doubles = unsafe { instance.get_physical_device_features(physical) }.shader_float64 != 0;
    // SAFETY: as above.
    let families = unsafe { instance.get_physical_device_queue_family_properties(physical) };
    let family = families.iter().position(|family| family.queue_flags.contains(vk::QueueFlags::COMPUTE));
    let family = family.ok_or("no queue computes")? as u32;

    let mut fma = ShaderFma {
        structure: vk::StructureType::from_raw(SHADER_FMA_STRUCTURE),
        next: std::ptr::null_mut(),
        float16: 0,
        float32: has_fma.into(),
        float64: 0,
    };
    let mut matrix = vk::PhysicalDeviceCooperativeMatrixFeaturesKHR::default().cooperative_matrix(true);
    let mut features12 = vk::PhysicalDeviceVulkan12Features::default()
        .vulkan_memory_model(true)
        .vulkan_memory_model_device_scope(true)
        .shader_int8(has_matrices)
        .storage_buffer8_bit_access(has_matrices);
    if has_fma {
        features12.p_next = (&raw mut fma).cast();
    }
    let mut enabled = vec![];
    let basic = vk::PhysicalDeviceFeatures::default().shader_float64(doubles);
    let queues =
        [vk::DeviceQueueCreateInfo::default().queue_family_index(family).queue_priorities(std::slice::from_ref(&1.0))];
    if has_matrices {
        enabled.push(khr::cooperative_matrix::NAME.as_ptr());
    }
    if has_fma {
        enabled.push(SHADER_FMA.as_ptr());
    }
    let mut description = vk::DeviceCreateInfo::default()
        .queue_create_infos(&queues)
        .enabled_features(&basic)
        .enabled_extension_names(&enabled)
        .push_next(&mut features12);
    if has_matrices {
        description = description.push_next(&mut matrix);
    }
    // SAFETY: all that the description points to lives until the call returns.
    let device = call("vkCreateDevice", unsafe { instance.create_device(physical, &description, None) })?;
    // SAFETY: the device was made with one queue of this family.
    let queue = unsafe { device.get_device_queue(family, 0) };
    let matrices = if has_matrices { shapes(entry, instance, physical)? } else { Vec::new() };
    let instance = instance.clone();
    Ok(Device { instance, device, physical, queue, family, name, driver, promises, doubles, fma: has_fma, matrices })
}

fn shapes(entry: &Entry, instance: &ash::Instance, physical: vk::PhysicalDevice) -> Ran<Vec<MatrixShape>> {
    let functions = khr::cooperative_matrix::Instance::new(entry, instance);
    // SAFETY: the physical device is the instance's and has the extension.
    let found = unsafe { functions.get_physical_device_cooperative_matrix_properties(physical) };
    let shape = |p: vk::CooperativeMatrixPropertiesKHR<'_>| MatrixShape {
        m: p.m_size,
        n: p.n_size,
        k: p.k_size,
        types: [p.a_type, p.b_type, p.c_type, p.result_type],
        scope: p.scope,
    };
    Ok(call("shapes of matrices", found)?.into_iter().map(shape).collect())
}

impl Device {
    /// Runs a shader over so many groups: the inputs, then one more buffer of `outputs` words, which comes back, with the
    /// time from submission to the end.
    ///
    /// # Errors
    /// Whatever the driver refuses.
    pub fn run(&self, words: &[u32], inputs: &[&[u32]], outputs: usize, groups: u32) -> Ran<(Vec<u32>, Duration)> {
        let zeros = vec![0; outputs];
        let buffers: Vec<&[u32]> = inputs.iter().copied().chain([zeros.as_slice()]).collect();
        // SAFETY: every handle is made here from this device and used before the device is destroyed, which is never:
        // the process ends first. The shader writes inside its buffers, one word a lane.
        unsafe { self.run_unchecked(words, &buffers, groups) }
    }

    /// # Safety
    /// The shader must be legal and stay inside its buffers.
    unsafe fn run_unchecked(&self, words: &[u32], contents: &[&[u32]], groups: u32) -> Ran<(Vec<u32>, Duration)> {
        let d = &self.device;
        // SAFETY: as the function demands.
        unsafe {
            let mut buffers = Vec::new();
            for words in contents {
                buffers.push(self.buffer(words)?);
            }
            let bindings: Vec<_> = (0..contents.len() as u32)
                .map(|binding| {
                    vk::DescriptorSetLayoutBinding::default()
                        .binding(binding)
                        .descriptor_type(vk::DescriptorType::STORAGE_BUFFER)
                        .descriptor_count(1)
                        .stage_flags(vk::ShaderStageFlags::COMPUTE)
                })
                .collect();
            let layout = vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings);
            let set_layout = call("set layout", d.create_descriptor_set_layout(&layout, None))?;
            let set_layouts = [set_layout];
            let layout = vk::PipelineLayoutCreateInfo::default().set_layouts(&set_layouts);
            let layout = call("pipeline layout", d.create_pipeline_layout(&layout, None))?;
            let module = vk::ShaderModuleCreateInfo::default().code(words);
            let module = call("vkCreateShaderModule", d.create_shader_module(&module, None))?;
            let stage = vk::PipelineShaderStageCreateInfo::default()
                .stage(vk::ShaderStageFlags::COMPUTE)
                .module(module)
                .name(c"main");
            let pipeline = [vk::ComputePipelineCreateInfo::default().stage(stage).layout(layout)];
            let pipelines = d.create_compute_pipelines(vk::PipelineCache::null(), &pipeline, None);
            let pipeline = call("vkCreateComputePipelines", pipelines.map_err(|(_, error)| error))?[0];

            let sizes = [vk::DescriptorPoolSize::default()
                .ty(vk::DescriptorType::STORAGE_BUFFER)
                .descriptor_count(contents.len() as u32)];
            let pool = vk::DescriptorPoolCreateInfo::default().max_sets(1).pool_sizes(&sizes);
            let pool = call("descriptor pool", d.create_descriptor_pool(&pool, None))?;
            let request = vk::DescriptorSetAllocateInfo::default().descriptor_pool(pool).set_layouts(&set_layouts);
            let set = call("descriptor set", d.allocate_descriptor_sets(&request))?[0];
            for (binding, (buffer, _)) in buffers.iter().enumerate() {
                let info = [vk::DescriptorBufferInfo::default().buffer(*buffer).range(vk::WHOLE_SIZE)];
                let write = vk::WriteDescriptorSet::default()
                    .dst_set(set)
                    .dst_binding(binding as u32)
                    .descriptor_type(vk::DescriptorType::STORAGE_BUFFER)
                    .buffer_info(&info);
                d.update_descriptor_sets(&[write], &[]);
            }

            let commands = vk::CommandPoolCreateInfo::default().queue_family_index(self.family);
            let commands = call("command pool", d.create_command_pool(&commands, None))?;
            let request = vk::CommandBufferAllocateInfo::default().command_pool(commands).command_buffer_count(1);
            let list = call("command buffer", d.allocate_command_buffers(&request))?;
            call("begin", d.begin_command_buffer(list[0], &vk::CommandBufferBeginInfo::default()))?;
            d.cmd_bind_pipeline(list[0], vk::PipelineBindPoint::COMPUTE, pipeline);
            d.cmd_bind_descriptor_sets(list[0], vk::PipelineBindPoint::COMPUTE, layout, 0, &[set], &[]);
            d.cmd_dispatch(list[0], groups, 1, 1);
            let barrier = vk::MemoryBarrier::default()
                .src_access_mask(vk::AccessFlags::SHADER_WRITE)
                .dst_access_mask(vk::AccessFlags::HOST_READ);
            let (before, after) = (vk::PipelineStageFlags::COMPUTE_SHADER, vk::PipelineStageFlags::HOST);
            d.cmd_pipeline_barrier(list[0], before, after, vk::DependencyFlags::empty(), &[barrier], &[], &[]);
            call("end", d.end_command_buffer(list[0]))?;
            let fence = call("fence", d.create_fence(&vk::FenceCreateInfo::default(), None))?;
            let start = Instant::now();
            let submission = [vk::SubmitInfo::default().command_buffers(&list)];
            call("vkQueueSubmit", d.queue_submit(self.queue, &submission, fence))?;
            call("waiting", d.wait_for_fences(&[fence], true, 60_000_000_000))?;
            let time = start.elapsed();

            let (_, memory) = buffers[buffers.len() - 1];
            let count = contents[contents.len() - 1].len();
            let mapped = d.map_memory(memory, 0, vk::WHOLE_SIZE, vk::MemoryMapFlags::empty());
            let mapped = call("vkMapMemory", mapped)?.cast::<u32>();
            let result = std::slice::from_raw_parts(mapped, count).to_vec();
            d.destroy_fence(fence, None);
            d.destroy_command_pool(commands, None);
            d.destroy_descriptor_pool(pool, None);
            d.destroy_pipeline(pipeline, None);
            d.destroy_shader_module(module, None);
            d.destroy_pipeline_layout(layout, None);
            d.destroy_descriptor_set_layout(set_layout, None);
            for (buffer, memory) in buffers {
                d.destroy_buffer(buffer, None);
                d.free_memory(memory, None);
            }
            Ok((result, time))
        }
    }

    /// A buffer that the host can reach, with these words.
    ///
    /// # Safety
    /// It is destroyed by who made it.
    unsafe fn buffer(&self, words: &[u32]) -> Ran<(vk::Buffer, vk::DeviceMemory)> {
        let d = &self.device;
        // SAFETY: the handles are this device's; the mapped range is as long as the words.
        unsafe {
            let description = vk::BufferCreateInfo::default()
                .size(words.len() as u64 * 4)
                .usage(vk::BufferUsageFlags::STORAGE_BUFFER);
            let buffer = call("vkCreateBuffer", d.create_buffer(&description, None))?;
            let needs = d.get_buffer_memory_requirements(buffer);
            let kinds = self.instance.get_physical_device_memory_properties(self.physical);
            let wanted = vk::MemoryPropertyFlags::HOST_VISIBLE | vk::MemoryPropertyFlags::HOST_COHERENT;
            let kind = (0..kinds.memory_type_count).find(|kind| {
                let flags = kinds.memory_types[*kind as usize].property_flags;
                needs.memory_type_bits & (1 << kind) != 0 && flags.contains(wanted)
            });
            let kind = kind.ok_or("no memory that host and device can reach")?;
            let request = vk::MemoryAllocateInfo::default().allocation_size(needs.size).memory_type_index(kind);
            let memory = call("vkAllocateMemory", d.allocate_memory(&request, None))?;
            call("vkBindBufferMemory", d.bind_buffer_memory(buffer, memory, 0))?;
            let mapped = d.map_memory(memory, 0, vk::WHOLE_SIZE, vk::MemoryMapFlags::empty());
            let mapped = call("vkMapMemory", mapped)?.cast::<u32>();
            std::ptr::copy_nonoverlapping(words.as_ptr(), mapped, words.len());
            d.unmap_memory(memory);
            Ok((buffer, memory))
        }
    }
}
