//! Buffers, in device memory or in memory that the host can reach. Each is freed when dropped, on every path.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::rc::Rc;

use ash::vk;
use gpu_allocator::{
    AllocationError, MemoryLocation,
    vulkan::{Allocation, AllocationCreateDesc, AllocationScheme},
};

use crate::gpu::Gpu;
use lockstep_engine::Fault;

/// What a buffer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Seen by kernels, in device memory.
    Storage,
    /// Written by the host, copied to the device.
    Upload,
    /// Copied from the device, read by the host.
    Readback,
}

/// A run of 32-bit words, at least one.
pub(crate) struct Buffer {
    gpu: Rc<Gpu>,
    raw: vk::Buffer,
    /// None only while it is being made or freed.
    memory: Option<Allocation>,
}

impl Buffer {
    /// A buffer whose words are not yet written. `what` names it in faults.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], [`Fault::Driver`].
    pub(crate) fn new(gpu: &Rc<Gpu>, purpose: Purpose, words: usize, what: &str) -> Result<Buffer, Fault> {
        // An array is never shorter than a cell, and a cell may have two words.
        let bytes = words.max(2) as u64 * 4;
        let (usage, location) = match purpose {
            Purpose::Storage => (
                vk::BufferUsageFlags::STORAGE_BUFFER
                    | vk::BufferUsageFlags::TRANSFER_SRC
                    | vk::BufferUsageFlags::TRANSFER_DST,
                MemoryLocation::GpuOnly,
            ),
            Purpose::Upload => (vk::BufferUsageFlags::TRANSFER_SRC, MemoryLocation::CpuToGpu),
            Purpose::Readback => (vk::BufferUsageFlags::TRANSFER_DST, MemoryLocation::GpuToCpu),
        };
        let no_room = || Fault::OutOfMemory { what: what.into(), bytes: Some(bytes) };
        let fault = |call, result| match gpu.fault(call, what, result) {
            Fault::OutOfMemory { .. } => no_room(),
            other => other,
        };
        let description =
            vk::BufferCreateInfo::default().size(bytes).usage(usage).sharing_mode(vk::SharingMode::EXCLUSIVE);
        // SAFETY: the device is alive and the size is not zero.
        let raw = unsafe { gpu.device().create_buffer(&description, None) }
            .map_err(|result| fault("vkCreateBuffer", result))?;
        let mut buffer = Buffer { gpu: gpu.clone(), raw, memory: None };
        // SAFETY: the buffer is this device's.
        let requirements = unsafe { gpu.device().get_buffer_memory_requirements(raw) };
        let request = AllocationCreateDesc {
            name: what,
            requirements,
            location,
            linear: true,
            allocation_scheme: AllocationScheme::GpuAllocatorManaged,
        };
        let allocated = gpu.memory().borrow_mut().allocate(&request);
        let memory = buffer.memory.insert(allocated.map_err(|error| match error {
            AllocationError::OutOfMemory => no_room(),
            other => Fault::Driver { call: "vkAllocateMemory", detail: format!("{other}, for {what}") },
        })?);
        // SAFETY: the memory was allocated for this buffer's requirements and is bound to no other at this offset.
        unsafe { gpu.device().bind_buffer_memory(raw, memory.memory(), memory.offset()) }
            .map_err(|result| fault("vkBindBufferMemory", result))?;
        Ok(buffer)
    }

    /// The device's own name for it.
    pub(crate) fn raw(&self) -> vk::Buffer {
        self.raw
    }

    /// Writes the first words of an upload buffer.
    ///
    /// # Errors
    /// [`Fault::Driver`] if the host cannot reach it, or it is shorter.
    pub(crate) fn write(&mut self, words: &[u32]) -> Result<(), Fault> {
        let bytes = self.memory.as_mut().and_then(Allocation::mapped_slice_mut);
        let Some(target) = bytes.and_then(|bytes| bytes.get_mut(..words.len() * 4)) else {
            return Err(unreachable_memory());
        };
        for (cell, word) in target.chunks_exact_mut(4).zip(words) {
            cell.copy_from_slice(&word.to_ne_bytes());
        }
        Ok(())
    }

    /// Reads the first words of a readback buffer.
    ///
    /// # Errors
    /// [`Fault::Driver`] if the host cannot reach it, or it is shorter.
    pub(crate) fn read(&self, words: usize) -> Result<Vec<u32>, Fault> {
        let bytes = self.memory.as_ref().and_then(Allocation::mapped_slice);
        let Some(source) = bytes.and_then(|bytes| bytes.get(..words * 4)) else { return Err(unreachable_memory()) };
        let (cells, _) = source.as_chunks::<4>();
        Ok(cells.iter().map(|cell| u32::from_ne_bytes(*cell)).collect())
    }
}

fn unreachable_memory() -> Fault {
    Fault::Driver { call: "vkMapMemory", detail: "memory for the host was not mapped".into() }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if self.gpu.abandoned() {
            return;
        }
        // SAFETY: the device's work that used the buffer has finished, or the device would have been given up.
        unsafe { self.gpu.device().destroy_buffer(self.raw, None) };
        if let Some(memory) = self.memory.take() {
            // It fails only for memory that is not this allocator's, and this is.
            let _ = self.gpu.memory().borrow_mut().free(memory);
        }
    }
}
