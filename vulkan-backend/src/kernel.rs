//! What the backend needs of a kernel: its interface, and its SPIR-V as this device is to have it.

use lockstep_engine::{Fault, Interface};
use lockstep_module::{FloatClass, Kernel};

use crate::{gpu::Offers, spirv_patch};

/// A kernel ready to be compiled by a driver.
#[derive(Debug)]
pub(crate) struct KernelForm {
    /// Its interface.
    pub(crate) interface: Interface,
    /// Its SPIR-V.
    pub(crate) spirv: Vec<u32>,
}

impl KernelForm {
    /// Takes a kernel out of a module, for a device with these offers and of this float class.
    ///
    /// # Errors
    /// [`Fault::MalformedSpirv`]; [`Fault::KernelRefused`] for an interface past the language's limits;
    /// [`Fault::ModuleRefused`] for what the device does not offer.
    pub(crate) fn of(kernel: &Kernel, device: &str, offers: Offers, class: FloatClass) -> Result<KernelForm, Fault> {
        let name = || kernel.signature.name.clone();
        let walked = spirv_patch::walk(kernel.code(class));
        let walked = walked.map_err(|detail| Fault::MalformedSpirv { kernel: name(), detail })?;
        let interface = Interface::of(kernel)?;
        let lanes = interface.lanes();
        if walked.lanes() != Some(lanes) {
            let detail = format!("its groups do not have the {lanes} lanes that the module speaks of");
            return Err(Fault::MalformedSpirv { kernel: name(), detail });
        }
        if walked.needs_dot_products() && !offers.dot_products {
            let reason = format!(
                "its kernel `{}` computes dot products of packed integers, and the device does not offer \
                 shaderIntegerDotProduct",
                name()
            );
            return Err(Fault::ModuleRefused { device: device.into(), reason });
        }
        let spirv = walked.asking(&offers.float_modes());
        Ok(KernelForm { interface, spirv })
    }

    /// Its name in source.
    pub(crate) fn name(&self) -> &str {
        self.interface.name()
    }
}
