//! The kernels of a loaded module on one device. A driver's compiler runs once for each kernel, when it is first used.

use std::rc::Rc;

use lockstep_engine::{Fault, Interface};
use lockstep_module::{
    Profile,
    plan::{Dispatch, Plan},
};

use crate::{
    gpu::Gpu,
    kernel::KernelForm,
    pipeline::{Pipeline, SetLayout},
};

/// The kernels of one module, by index, compiled as far as they were used.
pub(crate) struct Kernels {
    profile: Profile,
    forms: Vec<KernelForm>,
    compiled: Vec<Option<Rc<Pipeline>>>,
    /// By number of bindings.
    layouts: Vec<Option<Rc<SetLayout>>>,
}

impl Kernels {
    /// Kernels of which none is compiled.
    pub(crate) fn new(profile: Profile, forms: Vec<KernelForm>) -> Kernels {
        let most = forms.iter().map(|form| form.interface.bindings()).max().unwrap_or(0);
        Kernels { profile, compiled: vec![None; forms.len()], layouts: vec![None; most + 1], forms }
    }

    /// Checks a plan against the kernels.
    ///
    /// # Errors
    /// [`Fault::PlanMismatch`].
    pub(crate) fn check(&self, plan: &Plan) -> Result<(), Fault> {
        let interfaces: Vec<&Interface> = self.forms.iter().map(|form| &form.interface).collect();
        lockstep_engine::check(plan, self.profile, &interfaces)
    }

    /// The kernel of a dispatch, compiled if it was not.
    ///
    /// # Errors
    /// As [`Pipeline::new`]; [`Fault::PlanMismatch`] if there is no such kernel.
    pub(crate) fn of(&mut self, gpu: &Rc<Gpu>, dispatch: &Dispatch) -> Result<(&KernelForm, Rc<Pipeline>), Fault> {
        let form = self.forms.get(dispatch.kernel);
        let slot = self.compiled.get_mut(dispatch.kernel);
        let (Some(form), Some(slot)) = (form, slot) else {
            return Err(Fault::PlanMismatch { detail: format!("the module has no kernel {}", dispatch.kernel) });
        };
        if let Some(pipeline) = slot {
            return Ok((form, pipeline.clone()));
        }
        let bindings = form.interface.bindings();
        let layout = match self.layouts.get(bindings) {
            Some(Some(layout)) => layout.clone(),
            _ => Rc::new(SetLayout::new(gpu, bindings)?),
        };
        if let Some(kept) = self.layouts.get_mut(bindings) {
            *kept = Some(layout.clone());
        }
        let pipeline = Rc::new(Pipeline::new(gpu, &layout, form)?);
        *slot = Some(pipeline.clone());
        Ok((form, pipeline))
    }
}
