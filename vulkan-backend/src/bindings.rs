//! Which buffers a dispatch sees. Dispatches that use the same arrays in the same way share one descriptor set.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::{
    collections::{BTreeMap, btree_map::Entry},
    rc::Rc,
};

use ash::vk;
use lockstep_module::{
    Access,
    spirv_abi::{FIRST_ARRAY_BINDING, TRAP_BINDING},
};

use crate::{claims::Bitmaps, gpu::Gpu, memory::Buffer, pipeline::SetLayout};
use lockstep_engine::Fault;

/// The buffers of one submission.
#[derive(Clone, Copy)]
pub(crate) struct Buffers<'b> {
    /// The arrays of the plan.
    pub(crate) arrays: &'b [Buffer],
    /// The bitmaps of those that are claimed.
    pub(crate) bitmaps: &'b Bitmaps,
    /// The trap words of all dispatches.
    pub(crate) traps: &'b Buffer,
}

/// The arrays that are bound, and which of them are claimed.
type Key = (Vec<usize>, Vec<bool>);

/// The descriptor sets of one submission, by what they bind.
pub(crate) struct Bindings {
    gpu: Rc<Gpu>,
    pool: vk::DescriptorPool,
    sets: BTreeMap<Key, vk::DescriptorSet>,
}

impl Bindings {
    /// Makes the set for each distinct list of uses. Lists that bind as many buffers have one layout.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], [`Fault::Driver`].
    pub(crate) fn new<'l>(
        gpu: &Rc<Gpu>,
        dispatches: impl Iterator<Item = (&'l [(usize, Access)], &'l SetLayout)>,
        buffers: Buffers<'_>,
    ) -> Result<Bindings, Fault> {
        let mut lists: BTreeMap<Key, (Vec<&Buffer>, &SetLayout)> = BTreeMap::new();
        let mut descriptors = 0;
        for (uses, layout) in dispatches {
            if let Entry::Vacant(free) = lists.entry(key(uses)) {
                let arrays = uses.iter().filter_map(|(array, _)| buffers.arrays.get(*array));
                let bound: Vec<&Buffer> =
                    std::iter::once(buffers.traps).chain(arrays).chain(buffers.bitmaps.of(uses)).collect();
                descriptors += bound.len();
                free.insert((bound, layout));
            }
        }
        // A pool may not be empty, even for a submission without dispatches.
        let sizes = [vk::DescriptorPoolSize::default()
            .ty(vk::DescriptorType::STORAGE_BUFFER)
            .descriptor_count(u32::try_from(descriptors.max(1)).unwrap_or(u32::MAX))];
        let description = vk::DescriptorPoolCreateInfo::default()
            .max_sets(u32::try_from(lists.len().max(1)).unwrap_or(u32::MAX))
            .pool_sizes(&sizes);
        // SAFETY: the device is alive.
        let pool = unsafe { gpu.device().create_descriptor_pool(&description, None) }
            .map_err(|result| gpu.fault("vkCreateDescriptorPool", "the bindings of arrays", result))?;
        let mut bindings = Bindings { gpu: gpu.clone(), pool, sets: BTreeMap::new() };
        for (key, (bound, layout)) in lists {
            let set = bindings.bind(&bound, layout)?;
            bindings.sets.insert(key, set);
        }
        Ok(bindings)
    }

    /// The set that binds these arrays.
    pub(crate) fn set(&self, uses: &[(usize, Access)]) -> Option<vk::DescriptorSet> {
        self.sets.get(&key(uses)).copied()
    }

    /// Binds the trap words, then the others in order.
    fn bind(&self, bound: &[&Buffer], layout: &SetLayout) -> Result<vk::DescriptorSet, Fault> {
        let device = self.gpu.device();
        let layouts = [layout.raw()];
        let request = vk::DescriptorSetAllocateInfo::default().descriptor_pool(self.pool).set_layouts(&layouts);
        // SAFETY: pool and layout are this device's, and the pool was sized for all sets.
        let set = unsafe { device.allocate_descriptor_sets(&request) }
            .map_err(|result| self.gpu.fault("vkAllocateDescriptorSets", "the bindings of arrays", result))?
            .first()
            .copied()
            .unwrap_or_default();
        let whole = |buffer: &&Buffer| [vk::DescriptorBufferInfo::default().buffer(buffer.raw()).range(vk::WHOLE_SIZE)];
        let infos: Vec<_> = bound.iter().map(whole).collect();
        let places = std::iter::once(TRAP_BINDING).chain(FIRST_ARRAY_BINDING..);
        let writes: Vec<_> = places
            .zip(&infos)
            .map(|(place, info)| {
                vk::WriteDescriptorSet::default()
                    .dst_set(set)
                    .dst_binding(place)
                    .descriptor_type(vk::DescriptorType::STORAGE_BUFFER)
                    .buffer_info(info)
            })
            .collect();
        // SAFETY: the set is not in use yet, and buffers outlive the submission that uses it.
        unsafe { device.update_descriptor_sets(&writes, &[]) };
        Ok(set)
    }
}

fn key(uses: &[(usize, Access)]) -> Key {
    uses.iter().map(|(array, access)| (*array, *access == Access::Claim)).unzip()
}

impl Drop for Bindings {
    fn drop(&mut self) {
        if !self.gpu.abandoned() {
            // SAFETY: the work that used the sets has finished. They go with their pool.
            unsafe { self.gpu.device().destroy_descriptor_pool(self.pool, None) };
        }
    }
}
