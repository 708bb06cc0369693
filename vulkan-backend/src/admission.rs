//! Which devices may compute at all: those that offer what the language and its SPIR-V need. Whether they compute
//! rightly is not looked up here: qualification, by running, comes after this. What a module's profile asks for beyond
//! that is judged as the module is loaded.

use lockstep_module::Profile;

/// What a device says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Major, minor, patch.
    pub(crate) vulkan: (u32, u32, u32),
    /// Whether one of its queues computes.
    pub(crate) compute_queue: bool,
    /// The feature `vulkanMemoryModel`.
    pub(crate) vulkan_memory_model: bool,
    /// The property `shaderSignedZeroInfNanPreserveFloat32`.
    pub(crate) keeps_signed_zero_inf_nan: bool,
    /// Lanes in a workgroup, in all and along x.
    pub(crate) workgroup_lanes: u32,
    /// Bytes of shared memory of a workgroup.
    pub(crate) shared_memory: u32,
    /// Bytes of one storage buffer, and of the memory behind it.
    pub(crate) storage_buffer: u64,
    /// Storage buffers that one shader may use.
    pub(crate) storage_buffers: u32,
    /// Bytes of push constants.
    pub(crate) push_constants: u32,
}

/// The twelve arrays and bitmaps of a kernel, and its trap words.
const STORAGE_BUFFERS: u32 = 13;
const PUSH_CONSTANTS: u32 = 128;

/// Why the device is not admitted; None if it is.
pub(crate) fn refusal(offer: &Offer) -> Option<String> {
    let (major, minor, _) = offer.vulkan;
    if (major, minor) < (1, 2) {
        return Some(format!("it offers Vulkan {major}.{minor}, and 1.2 is needed"));
    }
    let features = [
        (offer.compute_queue, "a queue that computes"),
        (offer.vulkan_memory_model, "the feature vulkanMemoryModel"),
        (offer.keeps_signed_zero_inf_nan, "shaderSignedZeroInfNanPreserveFloat32"),
    ];
    if let Some((_, missing)) = features.iter().find(|(offered, _)| !offered) {
        return Some(format!("it lacks {missing}"));
    }
    let limits = [
        (offer.storage_buffers, STORAGE_BUFFERS, "storage buffers in a shader"),
        (offer.push_constants, PUSH_CONSTANTS, "bytes of push constants"),
    ];
    let short = limits.iter().find(|(offered, needed, _)| offered < needed);
    let short = short.map(|(offered, needed, what)| format!("it has {offered} {what}, and {needed} are needed"));
    short.or_else(|| too_small_for(offer, Profile::Baseline))
}

/// Why the device cannot hold a profile; None if it can.
pub(crate) fn too_small_for(offer: &Offer, profile: Profile) -> Option<String> {
    let limits = [
        (offer.workgroup_lanes.into(), profile.max_lanes().into(), "lanes in a workgroup"),
        (offer.shared_memory.into(), profile.max_shared_bytes().into(), "bytes of shared memory"),
        (offer.storage_buffer, profile.max_array_words() * 4, "bytes in a storage buffer"),
    ];
    let short = limits.iter().find(|(offered, needed, _): &&(u64, u64, &str)| offered < needed)?;
    let (offered, needed, what) = short;
    Some(format!("it has {offered} {what}, and {needed} are needed"))
}

#[cfg(test)]
mod tests {
    use lockstep_module::Profile;

    use super::{Offer, refusal, too_small_for};

    /// What SwiftShader offers: the least of all devices that are admitted.
    fn swiftshader() -> Offer {
        Offer {
            vulkan: (1, 3, 0),
            compute_queue: true,
            vulkan_memory_model: true,
            keeps_signed_zero_inf_nan: true,
            workgroup_lanes: 256,
            shared_memory: 32 << 10,
            storage_buffer: 1 << 30,
            storage_buffers: 16,
            push_constants: 128,
        }
    }

    #[test]
    fn admits_swiftshader() {
        assert_eq!(refusal(&swiftshader()), None);
    }

    #[test]
    fn names_what_is_missing() {
        let lacking = [
            (Offer { vulkan: (1, 1, 300), ..swiftshader() }, "Vulkan 1.1"),
            (Offer { compute_queue: false, ..swiftshader() }, "queue"),
            (Offer { vulkan_memory_model: false, ..swiftshader() }, "vulkanMemoryModel"),
            (Offer { keeps_signed_zero_inf_nan: false, ..swiftshader() }, "SignedZeroInfNan"),
            (Offer { workgroup_lanes: 128, ..swiftshader() }, "128 lanes"),
            (Offer { shared_memory: 16384, ..swiftshader() }, "16384 bytes of shared memory"),
            (Offer { storage_buffer: 1 << 26, ..swiftshader() }, "storage buffer"),
            (Offer { storage_buffers: 12, ..swiftshader() }, "12 storage buffers"),
            (Offer { push_constants: 64, ..swiftshader() }, "64 bytes of push constants"),
        ];
        for (offer, wanted) in lacking {
            let reason = refusal(&offer).unwrap();
            assert!(reason.contains(wanted), "{reason}");
        }
    }

    #[test]
    fn a_profile_needs_its_own_limits() {
        assert_eq!(too_small_for(&swiftshader(), Profile::Baseline), None);
        let large =
            Offer { workgroup_lanes: 1024, shared_memory: 48 << 10, storage_buffer: u32::MAX.into(), ..swiftshader() };
        assert_eq!(too_small_for(&large, Profile::Datacenter), None);
        let lacking = [
            (Offer { workgroup_lanes: 512, ..large.clone() }, "512 lanes in a workgroup, and 1024"),
            (Offer { shared_memory: 32 << 10, ..large.clone() }, "32768 bytes of shared memory, and 49152"),
            (Offer { storage_buffer: 1 << 30, ..large }, "1073741824 bytes in a storage buffer, and 2147483648"),
        ];
        for (offer, wanted) in lacking {
            let reason = too_small_for(&offer, Profile::Datacenter).unwrap();
            assert!(reason.contains(wanted), "{reason}");
        }
    }
}
