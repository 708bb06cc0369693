//! The Khronos validation layer, on when `LOCKSTEP_VALIDATE=1`: what it says of this crate's calls becomes a fault.

#![allow(unsafe_code, reason = "Vulkan's own calls, and a callback from C")]

use std::{
    ffi::{CStr, c_void},
    sync::{Mutex, PoisonError},
};

use ash::{Entry, ext::debug_utils, vk};

use lockstep_engine::Fault;

/// The layer's name.
pub(crate) const LAYER: &CStr = c"VK_LAYER_KHRONOS_validation";

/// Whether the environment asks for validation.
pub(crate) fn wanted() -> bool {
    std::env::var_os("LOCKSTEP_VALIDATE").is_some_and(|value| value == "1")
}

type Messages = Mutex<Vec<String>>;

/// Collects the layer's messages, from any thread.
pub(crate) struct Validation {
    calls: debug_utils::Instance,
    messenger: vk::DebugUtilsMessengerEXT,
    messages: Box<Messages>,
}

impl Validation {
    /// Begins to listen to an instance that has the layer and the extension.
    ///
    /// # Errors
    /// [`Fault::Driver`].
    pub(crate) fn listen(entry: &Entry, instance: &ash::Instance) -> Result<Validation, Fault> {
        let calls = debug_utils::Instance::new(entry, instance);
        let messages = Box::new(Messages::default());
        let description = vk::DebugUtilsMessengerCreateInfoEXT::default()
            .message_severity(
                vk::DebugUtilsMessageSeverityFlagsEXT::WARNING | vk::DebugUtilsMessageSeverityFlagsEXT::ERROR,
            )
            .message_type(vk::DebugUtilsMessageTypeFlagsEXT::VALIDATION)
            .pfn_user_callback(Some(hear))
            .user_data((&raw const *messages).cast_mut().cast());
        // SAFETY: the callback has the type that Vulkan asks for, and its data lives in a box until the messenger is gone.
        let messenger = unsafe { calls.create_debug_utils_messenger(&description, None) }
            .map_err(|result| Fault::Driver { call: "vkCreateDebugUtilsMessengerEXT", detail: result.to_string() })?;
        Ok(Validation { calls, messenger, messages })
    }

    /// The messages since the last time, as a fault.
    ///
    /// # Errors
    /// [`Fault::Validation`] if there are any.
    pub(crate) fn complaints(&self) -> Result<(), Fault> {
        let messages = std::mem::take(&mut *self.messages.lock().unwrap_or_else(PoisonError::into_inner));
        if messages.is_empty() { Ok(()) } else { Err(Fault::Validation { messages }) }
    }
}

impl Drop for Validation {
    fn drop(&mut self) {
        // SAFETY: the messenger was made by this instance, is not used again, and the instance outlives this.
        unsafe { self.calls.destroy_debug_utils_messenger(self.messenger, None) };
    }
}

/// Called by the layer, on any thread.
unsafe extern "system" fn hear(
    _: vk::DebugUtilsMessageSeverityFlagsEXT,
    _: vk::DebugUtilsMessageTypeFlagsEXT,
    data: *const vk::DebugUtilsMessengerCallbackDataEXT<'_>,
    messages: *mut c_void,
) -> vk::Bool32 {
    // SAFETY: Vulkan gives either null or data valid for this call, with a message that ends in a zero byte.
    let text = unsafe { data.as_ref().and_then(|data| data.message_as_c_str()) };
    // SAFETY: the pointer is the one given with this callback, to messages that outlive the messenger.
    let messages = unsafe { messages.cast::<Messages>().as_ref() };
    if let (Some(text), Some(messages)) = (text, messages) {
        messages.lock().unwrap_or_else(PoisonError::into_inner).push(without_handles(&text.to_string_lossy()));
    }
    vk::FALSE
}

/// A message without the layer's own numbers for things, which mean nothing to a reader.
fn without_handles(message: &str) -> String {
    let words = message.split_whitespace().filter(|word| !word.starts_with("0x"));
    words.collect::<Vec<&str>>().join(" ")
}
