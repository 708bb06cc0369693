//! Barriers where a hazard exists, and nowhere else: which dispatches may overlap on the device.
//!
//! Two dispatches may overlap when neither writes an array that the other touches. Trap words need no order: they are
//! changed by atomic minimum alone.

use lockstep_module::Access;

/// What was touched since the last barrier.
pub(crate) struct Hazards {
    arrays: Vec<Touched>,
    /// The number of the current stretch between barriers.
    stretch: u32,
}

/// The last stretch in which an array was read, and written. Zero: never.
#[derive(Clone, Copy, Default)]
struct Touched {
    read: u32,
    written: u32,
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
            self.stretch += 1;
        }
        for (array, access) in uses {
            if let Some(touched) = self.arrays.get_mut(*array) {
                if access.writes() {
                    touched.written = self.stretch;
                } else {
                    touched.read = self.stretch;
                }
            }
        }
        clashes
    }

    fn clashes(&self, array: usize, access: Access) -> bool {
        let Some(touched) = self.arrays.get(array) else { return false };
        touched.written == self.stretch || (access.writes() && touched.read == self.stretch)
    }
}

#[cfg(test)]
mod tests {
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
}
