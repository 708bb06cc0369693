//! What the devices on this machine say of themselves. Nothing here judges; [`crate::admission`] does.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::ffi::CStr;

use ash::{khr, vk};

use crate::{
    admission::{self, Offer},
    device::Device,
    gpu::Offers,
    instance::Instance,
    order,
};
use lockstep_engine::Fault;

/// A device as one instance sees it.
pub(crate) struct Probe {
    /// What it is, for people and for finding it again.
    pub(crate) device: Device,
    /// Its place where nobody has named a device.
    pub(crate) place: u8,
    /// The instance's own name for it.
    pub(crate) physical: vk::PhysicalDevice,
    /// The queue family that computes; 0 for a device that was refused for having none.
    pub(crate) queue_family: u32,
    /// What it offers beyond what each admitted device does.
    pub(crate) offers: Offers,
    /// What it says of itself, by which it is judged.
    pub(crate) offer: Offer,
}

/// Every device that the instance shows, in its order.
///
/// # Errors
/// [`Fault::NoDevice`] if there is none; [`Fault::Driver`].
pub(crate) fn probe(instance: &Instance) -> Result<Vec<Probe>, Fault> {
    // SAFETY: the instance is alive.
    let found = unsafe { instance.raw().enumerate_physical_devices() }
        .map_err(|result| Fault::Driver { call: "vkEnumeratePhysicalDevices", detail: result.to_string() })?;
    if found.is_empty() {
        return Err(Fault::NoDevice);
    }
    let mut probes: Vec<Probe> = Vec::new();
    for physical in found {
        let mut probe = probe_one(instance, physical);
        let alike = probes.iter().filter(|earlier| same_but_place(&earlier.device.id, &probe.device.id)).count();
        probe.device.id = format!("{}#{alike}", probe.device.id);
        probes.push(probe);
    }
    Ok(probes)
}

/// Whether an id with its place is this id without one.
fn same_but_place(placed: &str, id: &str) -> bool {
    placed.rsplit_once('#').is_some_and(|(start, _)| start == id)
}

fn probe_one(instance: &Instance, physical: vk::PhysicalDevice) -> Probe {
    // SAFETY: the physical device was just listed by this instance.
    let basic = unsafe { instance.raw().get_physical_device_properties(physical) };
    let version = basic.api_version;
    let vulkan = (vk::api_version_major(version), vk::api_version_minor(version), vk::api_version_patch(version));
    let name = text(basic.device_name_as_c_str().ok());

    let mut identity = vk::PhysicalDeviceVulkan11Properties::default();
    let mut driver = vk::PhysicalDeviceVulkan12Properties::default();
    let mut features = vk::PhysicalDeviceVulkan12Features::default();
    // Older devices do not know these structures; they are refused for their version.
    if (vulkan.0, vulkan.1) >= (1, 2) {
        let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut identity).push_next(&mut driver);
        let mut offered = vk::PhysicalDeviceFeatures2::default().push_next(&mut features);
        // SAFETY: the physical device is this instance's and knows every structure in the two chains.
        unsafe {
            instance.raw().get_physical_device_properties2(physical, &mut properties);
            instance.raw().get_physical_device_features2(physical, &mut offered);
        }
    }
    let (driver_name, driver_info) =
        (text(driver.driver_name_as_c_str().ok()), text(driver.driver_info_as_c_str().ok()));
    // SAFETY: the physical device is this instance's.
    let families = unsafe { instance.raw().get_physical_device_queue_family_properties(physical) };
    let computes = |family: &vk::QueueFamilyProperties| family.queue_flags.contains(vk::QueueFlags::COMPUTE);
    let queue_family = (0..).zip(&families).find(|(_, family)| computes(family)).map(|(index, _)| index);

    let limits = &basic.limits;
    let largest = identity.max_memory_allocation_size.min(limits.max_storage_buffer_range.into());
    let offer = Offer {
        vulkan,
        compute_queue: queue_family.is_some(),
        vulkan_memory_model: features.vulkan_memory_model == vk::TRUE,
        keeps_signed_zero_inf_nan: driver.shader_signed_zero_inf_nan_preserve_float32 == vk::TRUE,
        workgroup_lanes: limits.max_compute_work_group_invocations.min(limits.max_compute_work_group_size[0]),
        shared_memory: limits.max_compute_shared_memory_size,
        storage_buffer: largest,
        storage_buffers: limits
            .max_per_stage_descriptor_storage_buffers
            .min(limits.max_descriptor_set_storage_buffers)
            .min(limits.max_per_stage_resources),
        push_constants: limits.max_push_constants_size,
    };
    let refused = admission::refusal(&offer);
    let uuid: String = identity.device_uuid.iter().map(|byte| format!("{byte:02x}")).collect();
    let driver_line = format!("{driver_name} {driver_info}").trim().to_string();
    let id = format!("{driver_line}/{name}/{uuid}");
    Probe {
        device: Device { id, name, driver: driver_line, vulkan, refused },
        place: order::place(basic.device_type, driver.driver_id == vk::DriverId::MESA_LLVMPIPE),
        physical,
        queue_family: queue_family.unwrap_or(0),
        offers: Offers {
            rounds_to_nearest: driver.shader_rounding_mode_rte_float32 == vk::TRUE,
            flushes_subnormals: driver.shader_denorm_flush_to_zero_float32 == vk::TRUE,
            dot_products: (vulkan.0, vulkan.1) >= (1, 2) && offers_dot_products(instance, physical),
        },
        offer,
    }
}

/// Whether the device has the extension for dot products of packed integers, and the feature.
fn offers_dot_products(instance: &Instance, physical: vk::PhysicalDevice) -> bool {
    // SAFETY: the physical device is this instance's.
    let extensions = unsafe { instance.raw().enumerate_device_extension_properties(physical) }.unwrap_or_default();
    let listed = extensions.iter().any(|extension| {
        extension.extension_name_as_c_str().is_ok_and(|name| name == khr::shader_integer_dot_product::NAME)
    });
    if !listed {
        return false;
    }
    let mut feature = vk::PhysicalDeviceShaderIntegerDotProductFeatures::default();
    let mut offered = vk::PhysicalDeviceFeatures2::default().push_next(&mut feature);
    // SAFETY: the physical device is this instance's and knows the structure, having the extension.
    unsafe { instance.raw().get_physical_device_features2(physical, &mut offered) };
    feature.shader_integer_dot_product == vk::TRUE
}

fn text(name: Option<&CStr>) -> String {
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
