//! Which buffers a dispatch sees. Dispatches that see the same arrays share one descriptor set.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::{
    collections::{BTreeMap, btree_map::Entry},
    rc::Rc,
};

use ash::vk;
use lockstep_module::spirv_abi::{FIRST_ARRAY_BINDING, TRAP_BINDING};

use crate::{fault::Fault, gpu::Gpu, memory::Buffer, pipeline::SetLayout};

/// The descriptor sets of one submission, by the arrays that they bind.
pub(crate) struct Bindings<'a> {
    gpu: Rc<Gpu>,
    pool: vk::DescriptorPool,
    sets: BTreeMap<&'a [usize], vk::DescriptorSet>,
}

impl<'a> Bindings<'a> {
    /// Makes the set for each distinct list of arrays. Lists of one length have one layout.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`], [`Fault::Driver`].
    pub(crate) fn new<'l>(
        gpu: &Rc<Gpu>,
        uses: impl Iterator<Item = (&'a [usize], &'l SetLayout)>,
        arrays: &[Buffer],
        traps: &Buffer,
    ) -> Result<Bindings<'a>, Fault> {
        let mut lists: BTreeMap<&[usize], &SetLayout> = BTreeMap::new();
        let mut descriptors = 0;
        for (list, layout) in uses {
            if let Entry::Vacant(free) = lists.entry(list) {
                free.insert(layout);
                descriptors += 1 + list.len();
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
        for (list, layout) in lists {
            let set = bindings.bind(list, layout, arrays, traps)?;
            bindings.sets.insert(list, set);
        }
        Ok(bindings)
    }

    /// The set that binds these arrays.
    pub(crate) fn set(&self, list: &[usize]) -> Option<vk::DescriptorSet> {
        self.sets.get(list).copied()
    }

    fn bind(
        &self,
        list: &[usize],
        layout: &SetLayout,
        arrays: &[Buffer],
        traps: &Buffer,
    ) -> Result<vk::DescriptorSet, Fault> {
        let device = self.gpu.device();
        let layouts = [layout.raw()];
        let request = vk::DescriptorSetAllocateInfo::default().descriptor_pool(self.pool).set_layouts(&layouts);
        // SAFETY: pool and layout are this device's, and the pool was sized for all sets.
        let set = unsafe { device.allocate_descriptor_sets(&request) }
            .map_err(|result| self.gpu.fault("vkAllocateDescriptorSets", "the bindings of arrays", result))?
            .first()
            .copied()
            .unwrap_or_default();
        let whole = |buffer: &Buffer| [vk::DescriptorBufferInfo::default().buffer(buffer.raw()).range(vk::WHOLE_SIZE)];
        let bound = list.iter().filter_map(|array| arrays.get(*array));
        let infos: Vec<_> = std::iter::once(traps).chain(bound).map(whole).collect();
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

impl Drop for Bindings<'_> {
    fn drop(&mut self) {
        if !self.gpu.abandoned() {
            // SAFETY: the work that used the sets has finished. They go with their pool.
            unsafe { self.gpu.device().destroy_descriptor_pool(self.pool, None) };
        }
    }
}
