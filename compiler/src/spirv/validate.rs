//! The SPIR-V validator of Khronos, for Vulkan 1.2: what is legal. What is deterministic is not its matter.

use spirv_tools::{
    TargetEnv,
    val::{self, Validator},
};

/// Whether the words are legal SPIR-V for Vulkan 1.2.
///
/// # Errors
/// The validator's reason.
pub fn validate(words: &[u32]) -> Result<(), String> {
    let validator = val::create(Some(TargetEnv::Vulkan_1_2));
    validator.validate(words, None).map_err(|error| error.to_string())
}
