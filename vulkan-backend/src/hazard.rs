//! Barriers where a hazard exists, and nowhere else: which dispatches may overlap on the device.
//!
//! Two dispatches may overlap when neither writes an array that the other touches, or both only combine into it with one
//! operator. Trap words need no order: they are changed by atomic minimum alone. The bitmap of a `claim` array is
//! touched with the array and needs no order of its own.

use lockstep_module::{Access, Combine};

/// What was touched since the last barrier.
pub(crate) struct Hazards {
    arrays: Vec<Touched>,
    /// The number of the current stretch between barriers.
    stretch: u32,
}

/// The last stretch in which an array was touched. Zero: never.
#[derive(Clone, Copy, Default)]
struct Touched {
    read: u32,
    written: u32,
    combined: u32,
    /// The operator of the last stretch in which it was combined into.
    operator: Option<Combine>,
}

impl Hazards {
    /// For a plan with this many arrays, of which none is in use.
    pub(crate) fn new(arrays: usize) -> Hazards {
        Hazards { arrays: vec![Touched::default(); arrays], stretch: 1 }
    }

    /// Whether a barrier must stand before a dispatch that uses these arrays. Notes the dispatch, and the barrier.
    pub(crate) fn barrier_before(&mut self, uses: &[(usize, Access)]) -> bool {
        let clashes = uses.iter().any(|(array, access)| self.clashes(*array, *access));
        if clashes {
            self.barrier();
        }
        for (array, access) in uses {
            let Some(touched) = self.arrays.get_mut(*array) else { continue };
            match access {
                Access::In => touched.read = self.stretch,
                Access::Out | Access::InOut | Access::Claim => touched.written = self.stretch,
                Access::Accumulate(operator) => {
                    touched.combined = self.stretch;
                    touched.operator = Some(*operator);
                }
            }
        }
        clashes
    }

    /// Notes a barrier that stands here for another reason.
    pub(crate) fn barrier(&mut self) {
        self.stretch += 1;
    }

    fn clashes(&self, array: usize, access: Access) -> bool {
        let Some(touched) = self.arrays.get(array) else { return false };
        let [read, written, combined] =
            [touched.read, touched.written, touched.combined].map(|stretch| stretch == self.stretch);
        match access {
            Access::In => written || combined,
            Access::Out | Access::InOut | Access::Claim => read || written || combined,
            Access::Accumulate(operator) => read || written || (combined && touched.operator != Some(operator)),
        }
    }
}

#[cfg(test)]
mod tests {
    use lockstep_module::Combine;

    use super::{Access::*, Hazards};

    #[test]
    fn the_first_dispatch_needs_none() {
        assert!(!Hazards::new(2).barrier_before(&[(0, In), (1, Out)]));
    }

    #[test]
    fn readers_overlap() {
        let mut hazards = Hazards::new(3);
        assert!(!hazards.barrier_before(&[(0, In), (1, Out)]));
        assert!(!hazards.barrier_before(&[(0, In), (2, Out)]));
    }

    #[test]
    fn read_after_write_waits() {
        let mut hazards = Hazards::new(3);
        assert!(!hazards.barrier_before(&[(0, In), (1, Out)]));
        assert!(hazards.barrier_before(&[(1, In), (2, Out)]));
    }

    #[test]
    fn write_after_read_waits() {
        let mut hazards = Hazards::new(2);
        assert!(!hazards.barrier_before(&[(0, In), (1, Out)]));
        assert!(hazards.barrier_before(&[(0, InOut)]));
    }

    #[test]
    fn write_after_write_waits() {
        let mut hazards = Hazards::new(1);
        assert!(!hazards.barrier_before(&[(0, Out)]));
        assert!(hazards.barrier_before(&[(0, Out)]));
    }

    #[test]
    fn one_barrier_serves_all_that_came_before() {
        let mut hazards = Hazards::new(4);
        assert!(!hazards.barrier_before(&[(0, Out)]));
        assert!(!hazards.barrier_before(&[(1, Out)]));
        assert!(hazards.barrier_before(&[(0, In), (2, Out)]));
        assert!(!hazards.barrier_before(&[(1, In), (3, Out)]));
        assert!(hazards.barrier_before(&[(3, In), (0, In)]));
    }

    #[test]
    fn one_operator_overlaps_with_itself_alone() {
        let (add, xor) = (Accumulate(Combine::Add), Accumulate(Combine::Xor));
        let mut hazards = Hazards::new(1);
        assert!(!hazards.barrier_before(&[(0, add)]));
        assert!(!hazards.barrier_before(&[(0, add)]));
        assert!(hazards.barrier_before(&[(0, xor)]));
        assert!(hazards.barrier_before(&[(0, In)]));
        assert!(hazards.barrier_before(&[(0, add)]));
        assert!(hazards.barrier_before(&[(0, InOut)]));
        assert!(hazards.barrier_before(&[(0, add)]));
    }

    #[test]
    fn claims_wait_for_each_other() {
        let mut hazards = Hazards::new(1);
        assert!(!hazards.barrier_before(&[(0, Claim)]));
        assert!(hazards.barrier_before(&[(0, Claim)]));
        assert!(hazards.barrier_before(&[(0, In)]));
    }

    #[test]
    fn a_barrier_for_another_reason_serves_too() {
        let mut hazards = Hazards::new(1);
        assert!(!hazards.barrier_before(&[(0, Out)]));
        hazards.barrier();
        assert!(!hazards.barrier_before(&[(0, In)]));
    }
}
