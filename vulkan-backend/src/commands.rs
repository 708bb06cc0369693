//! A command buffer: what a device is told to do, recorded once, submitted once, and waited for.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::{rc::Rc, time::Duration};

use ash::vk;
use lockstep_module::spirv_abi::WORD_FIRST_GROUP;

use crate::{gpu::Gpu, memory::Buffer, pipeline::Pipeline, slices};
use lockstep_engine::Fault;

/// What must be over, and visible, before what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Barrier {
    /// Arrays are written before kernels see them.
    CopiesThenKernels,
    /// Earlier kernels before later ones.
    KernelsThenKernels,
    /// Earlier kernels and fills before what is filled anew.
    KernelsThenFills,
    /// What is filled anew, and earlier kernels, before later ones.
    FillsThenKernels,
    /// All that wrote, before results are copied.
    AllThenCopies,
    /// Results are copied before the host reads them.
    CopiesThenHost,
}

/// A command buffer being recorded. Buffers, pipelines and sets named in it must outlive it.
pub(crate) struct Commands {
    gpu: Rc<Gpu>,
    pool: vk::CommandPool,
    raw: vk::CommandBuffer,
    fence: vk::Fence,
}

const WHAT: &str = "the list of commands";

impl Commands {
    /// Begins to record.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], [`Fault::Driver`].
    pub(crate) fn begin(gpu: &Rc<Gpu>) -> Result<Commands, Fault> {
        let device = gpu.device();
        let description = vk::CommandPoolCreateInfo::default().queue_family_index(gpu.queue_family);
        // SAFETY: the device is alive and has the queue family.
        let pool = unsafe { device.create_command_pool(&description, None) }
            .map_err(|result| gpu.fault("vkCreateCommandPool", WHAT, result))?;
        let mut commands =
            Commands { gpu: gpu.clone(), pool, raw: vk::CommandBuffer::null(), fence: vk::Fence::null() };
        let request = vk::CommandBufferAllocateInfo::default().command_pool(pool).command_buffer_count(1);
        let once = vk::CommandBufferBeginInfo::default().flags(vk::CommandBufferUsageFlags::ONE_TIME_SUBMIT);
        // SAFETY: the pool is this device's and used by this thread alone; the command buffer is new.
        unsafe {
            let fence = device.create_fence(&vk::FenceCreateInfo::default(), None);
            commands.fence = fence.map_err(|result| gpu.fault("vkCreateFence", WHAT, result))?;
            let made = device.allocate_command_buffers(&request);
            let made = made.map_err(|result| gpu.fault("vkAllocateCommandBuffers", WHAT, result))?;
            commands.raw = made.first().copied().unwrap_or_default();
            let begun = device.begin_command_buffer(commands.raw, &once);
            begun.map_err(|result| gpu.fault("vkBeginCommandBuffer", WHAT, result))?;
        }
        Ok(commands)
    }

    /// Copies the first words of a buffer to another. Both have them.
    pub(crate) fn copy(&self, from: &Buffer, to: &Buffer, words: usize) {
        if words == 0 {
            return;
        }
        let region = [vk::BufferCopy::default().size(words as u64 * 4)];
        // SAFETY: the buffers are this device's, distinct, made for copies, and have so many words.
        unsafe { self.gpu.device().cmd_copy_buffer(self.raw, from.raw(), to.raw(), &region) };
    }

    /// Sets every word of a buffer.
    pub(crate) fn fill(&self, buffer: &Buffer, word: u32) {
        // SAFETY: the buffer is this device's, made as a target of copies, and whole words long.
        unsafe { self.gpu.device().cmd_fill_buffer(self.raw, buffer.raw(), 0, vk::WHOLE_SIZE, word) };
    }

    /// Puts what was recorded before what follows.
    pub(crate) fn barrier(&self, barrier: Barrier) {
        use vk::{AccessFlags as Access, PipelineStageFlags as Stage};
        let kernels = Access::SHADER_READ | Access::SHADER_WRITE;
        let (before, after, written, seen) = match barrier {
            Barrier::CopiesThenKernels => (Stage::TRANSFER, Stage::COMPUTE_SHADER, Access::TRANSFER_WRITE, kernels),
            Barrier::KernelsThenKernels => {
                (Stage::COMPUTE_SHADER, Stage::COMPUTE_SHADER, Access::SHADER_WRITE, kernels)
            }
            Barrier::KernelsThenFills => (
                Stage::COMPUTE_SHADER | Stage::TRANSFER,
                Stage::TRANSFER,
                Access::SHADER_WRITE | Access::TRANSFER_WRITE,
                Access::TRANSFER_WRITE,
            ),
            Barrier::FillsThenKernels => (
                Stage::COMPUTE_SHADER | Stage::TRANSFER,
                Stage::COMPUTE_SHADER,
                Access::SHADER_WRITE | Access::TRANSFER_WRITE,
                kernels,
            ),
            Barrier::AllThenCopies => (
                Stage::COMPUTE_SHADER | Stage::TRANSFER,
                Stage::TRANSFER,
                Access::SHADER_WRITE | Access::TRANSFER_WRITE,
                Access::TRANSFER_READ,
            ),
            Barrier::CopiesThenHost => (Stage::TRANSFER, Stage::HOST, Access::TRANSFER_WRITE, Access::HOST_READ),
        };
        let memory = [vk::MemoryBarrier::default().src_access_mask(written).dst_access_mask(seen)];
        let none = vk::DependencyFlags::empty();
        // SAFETY: the command buffer is being recorded, and its queue knows these stages.
        unsafe { self.gpu.device().cmd_pipeline_barrier(self.raw, before, after, none, &memory, &[], &[]) };
    }

    /// Runs a kernel over so many groups, with these push constants.
    pub(crate) fn dispatch(&self, pipeline: &Pipeline, set: vk::DescriptorSet, words: &[u32], groups: u32) {
        let device = self.gpu.device();
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let (compute, stage) = (vk::PipelineBindPoint::COMPUTE, vk::ShaderStageFlags::COMPUTE);
        let layout = pipeline.layout();
        // SAFETY: pipeline and set are this device's and made for the same layout, the words are all that the layout
        // has, and no slice is larger than every device can launch.
        unsafe {
            device.cmd_bind_pipeline(self.raw, compute, pipeline.raw());
            device.cmd_bind_descriptor_sets(self.raw, compute, layout, 0, &[set], &[]);
            device.cmd_push_constants(self.raw, layout, stage, 0, &bytes);
            for (first, count) in slices::slices(groups) {
                device.cmd_push_constants(self.raw, layout, stage, WORD_FIRST_GROUP * 4, &first.to_ne_bytes());
                device.cmd_dispatch(self.raw, count, 1, 1);
            }
        }
    }

    /// Submits what was recorded and waits for its end.
    ///
    /// # Errors
    /// [`Fault::Timeout`] and [`Fault::DeviceLost`], after which the device is given up; [`Fault::OutOfMemory`],
    /// [`Fault::Driver`].
    pub(crate) fn run(self, timeout: Duration) -> Result<(), Fault> {
        let device = self.gpu.device();
        let buffers = [self.raw];
        let submissions = [vk::SubmitInfo::default().command_buffers(&buffers)];
        // SAFETY: the command buffer was recorded here, its queue is used by this thread alone, and the fence is new.
        unsafe {
            let ended = device.end_command_buffer(self.raw);
            ended.map_err(|result| self.gpu.fault("vkEndCommandBuffer", WHAT, result))?;
            let submitted = device.queue_submit(self.gpu.queue, &submissions, self.fence);
            submitted.map_err(|result| self.gpu.fault("vkQueueSubmit", WHAT, result))?;
        }
        let nanoseconds = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
        // SAFETY: the fence is this device's.
        let waited = unsafe { device.wait_for_fences(&[self.fence], true, nanoseconds) };
        waited.map_err(|result| {
            // However the wait failed, the work may still be going on.
            self.gpu.abandon();
            match result {
                vk::Result::TIMEOUT => Fault::Timeout { milliseconds: timeout.as_millis() },
                other => self.gpu.fault("vkWaitForFences", "the wait for the device", other),
            }
        })
    }
}

impl Drop for Commands {
    fn drop(&mut self) {
        if !self.gpu.abandoned() {
            // SAFETY: the submission has finished or was never made. The command buffer goes with its pool.
            unsafe {
                self.gpu.device().destroy_fence(self.fence, None);
                self.gpu.device().destroy_command_pool(self.pool, None);
            }
        }
    }
}
