//! The Vulkan loader and an instance. The loader is opened once a process and never closed, since drivers leave threads
//! behind in it; an instance lives as long as what uses it.

#![allow(unsafe_code, reason = "Vulkan's own calls")]

use std::sync::OnceLock;

use ash::{Entry, vk};

use crate::validation::{self, Validation};
use lockstep_engine::Fault;

/// An instance, destroyed when dropped.
pub(crate) struct Instance {
    raw: ash::Instance,
    validation: Option<Validation>,
}

impl Instance {
    /// Opens the loader, and an instance of it. To be called on a device thread only.
    ///
    /// # Errors
    /// [`Fault::NoLoader`], [`Fault::NoDevice`], [`Fault::Validation`] if it is asked for and absent.
    pub(crate) fn open() -> Result<Instance, Fault> {
        let entry = loader()?;
        let wanted = validation::wanted();
        let application = vk::ApplicationInfo::default().application_name(c"lockstep").api_version(vk::API_VERSION_1_2);
        let mut description = vk::InstanceCreateInfo::default().application_info(&application);
        let layers = [validation::LAYER.as_ptr()];
        let extensions = [ash::ext::debug_utils::NAME.as_ptr()];
        if wanted {
            description = description.enabled_layer_names(&layers).enabled_extension_names(&extensions);
        }
        // SAFETY: the description and all that it points to live until the call returns.
        let raw = unsafe { entry.create_instance(&description, None) }.map_err(refused)?;
        let mut instance = Instance { raw, validation: None };
        if wanted {
            instance.validation = Some(Validation::listen(entry, &instance.raw)?);
        }
        Ok(instance)
    }

    /// The instance's calls.
    pub(crate) fn raw(&self) -> &ash::Instance {
        &self.raw
    }

    /// What the validation layer has said since it was last asked, as a fault.
    ///
    /// # Errors
    /// [`Fault::Validation`] if it said anything.
    pub(crate) fn complaints(&self) -> Result<(), Fault> {
        self.validation.as_ref().map_or(Ok(()), Validation::complaints)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        drop(self.validation.take());
        // SAFETY: whatever was made from the instance holds a reference to it, so all of that is gone.
        unsafe { self.raw.destroy_instance(None) };
    }
}

fn loader() -> Result<&'static Entry, Fault> {
    static LOADER: OnceLock<Result<Entry, String>> = OnceLock::new();
    // SAFETY: the library found under the loader's name is the Vulkan loader; its start-up code has no conditions.
    let opened = LOADER.get_or_init(|| unsafe { Entry::load() }.map_err(|error| error.to_string()));
    opened.as_ref().map_err(|detail| Fault::NoLoader { detail: detail.clone() })
}

fn refused(result: vk::Result) -> Fault {
    match result {
        vk::Result::ERROR_INCOMPATIBLE_DRIVER => Fault::NoDevice,
        vk::Result::ERROR_LAYER_NOT_PRESENT => Fault::Validation {
            messages: vec![
                "the layer VK_LAYER_KHRONOS_validation is not installed, or VK_LAYER_PATH is not set".into(),
            ],
        },
        other => Fault::Driver { call: "vkCreateInstance", detail: other.to_string() },
    }
}
