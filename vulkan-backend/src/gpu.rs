//! A logical device with one queue and the memory given out on it. Everything made from it is destroyed before it, or,
//! once it has stopped answering, nothing is ever destroyed.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::{
    cell::{Cell, RefCell},
    mem::ManuallyDrop,
    rc::Rc,
};

use ash::{khr, vk};
use gpu_allocator::{
    AllocationSizes,
    vulkan::{Allocator, AllocatorCreateDesc},
};

use crate::{instance::Instance, probe::Probe, spirv_patch::FloatMode};
use lockstep_engine::Fault;

/// Bytes of the blocks from which small buffers are cut. A buffer that is larger has memory of its own.
const DEVICE_BLOCK: u64 = 16 << 20;
const HOST_BLOCK: u64 = 16 << 20;

/// What a device offers beyond what each admitted device does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offers {
    /// Rounding to nearest even can be asked for.
    pub(crate) rounds_to_nearest: bool,
    /// Zeros for subnormals can be asked for.
    pub(crate) flushes_subnormals: bool,
    /// Dot products of packed integers.
    pub(crate) dot_products: bool,
}

impl Offers {
    /// The modes of floats that can be asked for.
    pub(crate) fn float_modes(self) -> Vec<FloatMode> {
        let modes = [
            (self.rounds_to_nearest, FloatMode::RoundingToNearest),
            (self.flushes_subnormals, FloatMode::FlushingSubnormals),
        ];
        modes.into_iter().filter(|(offered, _)| *offered).map(|(_, mode)| mode).collect()
    }
}

/// An open device.
pub(crate) struct Gpu {
    instance: ManuallyDrop<Rc<Instance>>,
    device: ash::Device,
    memory: ManuallyDrop<RefCell<Allocator>>,
    /// The queue to submit to.
    pub(crate) queue: vk::Queue,
    /// The family of the queue.
    pub(crate) queue_family: u32,
    abandoned: Cell<bool>,
}

impl Gpu {
    /// Opens a device that was admitted.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], [`Fault::Driver`].
    pub(crate) fn open(instance: Rc<Instance>, probe: &Probe) -> Result<Rc<Gpu>, Fault> {
        let queues = [vk::DeviceQueueCreateInfo::default()
            .queue_family_index(probe.queue_family)
            .queue_priorities(std::slice::from_ref(&1.0))];
        let mut features = vk::PhysicalDeviceVulkan12Features::default().vulkan_memory_model(true);
        let mut dot_products =
            vk::PhysicalDeviceShaderIntegerDotProductFeatures::default().shader_integer_dot_product(true);
        let extensions = [khr::shader_integer_dot_product::NAME.as_ptr()];
        let mut description = vk::DeviceCreateInfo::default().queue_create_infos(&queues).push_next(&mut features);
        if probe.offers.dot_products {
            description = description.enabled_extension_names(&extensions).push_next(&mut dot_products);
        }
        // SAFETY: the physical device is this instance's; admission found the feature and the queue family on
        // it, and the probe the extension.
        let device = unsafe { instance.raw().create_device(probe.physical, &description, None) }
            .map_err(|result| Fault::Driver { call: "vkCreateDevice", detail: result.to_string() })?;
        // SAFETY: the device was made with one queue of this family.
        let queue = unsafe { device.get_device_queue(probe.queue_family, 0) };
        let memory = Allocator::new(&AllocatorCreateDesc {
            instance: instance.raw().clone(),
            device: device.clone(),
            physical_device: probe.physical,
            debug_settings: Default::default(),
            buffer_device_address: false,
            allocation_sizes: AllocationSizes::new(DEVICE_BLOCK, HOST_BLOCK),
        });
        let memory = match memory {
            Ok(memory) => memory,
            Err(error) => {
                // SAFETY: nothing was made from the device yet.
                unsafe { device.destroy_device(None) };
                return Err(Fault::OutOfMemory { what: format!("the allocator did not start ({error})"), bytes: None });
            }
        };
        Ok(Rc::new(Gpu {
            instance: ManuallyDrop::new(instance),
            device,
            memory: ManuallyDrop::new(RefCell::new(memory)),
            queue,
            queue_family: probe.queue_family,
            abandoned: Cell::new(false),
        }))
    }

    /// The device's calls.
    pub(crate) fn device(&self) -> &ash::Device {
        &self.device
    }

    /// The memory of the device and of the host that it can reach.
    pub(crate) fn memory(&self) -> &RefCell<Allocator> {
        &self.memory
    }

    /// Gives the device up: its work may go on for ever, so nothing that it may touch is ever freed.
    pub(crate) fn abandon(&self) {
        self.abandoned.set(true);
    }

    /// Whether the device was given up.
    pub(crate) fn abandoned(&self) -> bool {
        self.abandoned.get()
    }

    /// The fault for a call that failed, of which `what` tells what it was for. A lost device is given up.
    pub(crate) fn fault(&self, call: &'static str, what: &str, result: vk::Result) -> Fault {
        match result {
            vk::Result::ERROR_DEVICE_LOST => {
                self.abandon();
                Fault::DeviceLost
            }
            vk::Result::ERROR_OUT_OF_HOST_MEMORY
            | vk::Result::ERROR_OUT_OF_DEVICE_MEMORY
            | vk::Result::ERROR_OUT_OF_POOL_MEMORY => {
                Fault::OutOfMemory { what: format!("there is no room for {what}"), bytes: None }
            }
            other => Fault::Driver { call, detail: other.to_string() },
        }
    }
}

impl Drop for Gpu {
    fn drop(&mut self) {
        // vkDestroyDevice waits for work that may never end, and on CPU drivers then hangs for ever. A device that was
        // given up is therefore left behind, with its instance and memory, until the process ends.
        if self.abandoned() {
            return;
        }
        // SAFETY: each field is taken once, here. Whatever was made from the device holds a reference to this and is
        // gone; its memory goes before it, and the instance after it.
        unsafe {
            ManuallyDrop::drop(&mut self.memory);
            self.device.destroy_device(None);
            ManuallyDrop::drop(&mut self.instance);
        }
    }
}
