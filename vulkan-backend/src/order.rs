//! Which device comes first where nobody has named one: the faster kind. Nothing that a program can see depends on it
//! (law 1).

use ash::vk::PhysicalDeviceType;

/// The place of a kind of device; devices of the same kind keep the loader's order. Of the drivers that compute on a CPU,
/// lavapipe was measured to be faster than any other, usually several times.
pub(crate) fn place(kind: PhysicalDeviceType, lavapipe: bool) -> u8 {
    match kind {
        PhysicalDeviceType::DISCRETE_GPU => 0,
        PhysicalDeviceType::INTEGRATED_GPU => 1,
        PhysicalDeviceType::VIRTUAL_GPU => 2,
        PhysicalDeviceType::CPU if lavapipe => 4,
        PhysicalDeviceType::CPU => 5,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_comes_before_a_cpu_and_lavapipe_before_its_like() {
        let mut devices = [
            ("another CPU driver", PhysicalDeviceType::CPU, false),
            ("lavapipe", PhysicalDeviceType::CPU, true),
            ("something else", PhysicalDeviceType::OTHER, false),
            ("a virtual GPU", PhysicalDeviceType::VIRTUAL_GPU, false),
            ("an integrated GPU", PhysicalDeviceType::INTEGRATED_GPU, false),
            ("a GPU", PhysicalDeviceType::DISCRETE_GPU, false),
        ];
        devices.sort_by_key(|(_, kind, lavapipe)| place(*kind, *lavapipe));
        let names = devices.map(|(name, ..)| name);
        let gpus = ["a GPU", "an integrated GPU", "a virtual GPU", "something else"];
        assert_eq!((&names[..4], &names[4..]), (gpus.as_slice(), ["lavapipe", "another CPU driver"].as_slice()));
    }
}
