//! What the array names of a running job mean. A `swap` exchanges what two names mean, which is to exchange contents:
//! when an inner job ends, its caller's names follow the contents to where they now are.

/// The arrays that the names of one running job or kernel mean: its array parameters in order, then its temporaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    places: Vec<usize>,
    parameters: usize,
}

impl Names {
    /// The names of a job whose parameters mean these arrays of the plan.
    pub(super) fn new(parameters: Vec<usize>) -> Names {
        Names { parameters: parameters.len(), places: parameters }
    }

    /// Takes in the job's temporaries.
    pub(super) fn extend(&mut self, temporaries: impl IntoIterator<Item = usize>) {
        self.places.extend(temporaries);
    }

    /// What every name means.
    pub fn all(&self) -> &[usize] {
        &self.places
    }

    /// What some names mean. A name that is not there means nothing and is left out.
    pub fn arrays(&self, names: impl IntoIterator<Item = usize>) -> Vec<usize> {
        names.into_iter().filter_map(|name| self.places.get(name).copied()).collect()
    }

    /// Exchanges the contents of two arrays.
    pub fn swap(&mut self, a: usize, b: usize) {
        if a.max(b) < self.places.len() {
            self.places.swap(a, b);
        }
    }

    /// Ends an inner job that was given these names of its caller: the caller's names follow the contents. What is left
    /// are the arrays of the inner job's temporaries.
    pub(super) fn leave(self, caller: &mut Names, arguments: &[usize]) -> Vec<usize> {
        let (parameters, temporaries) = self.places.split_at(self.parameters.min(self.places.len()));
        for (argument, place) in arguments.iter().zip(parameters) {
            if let Some(slot) = caller.places.get_mut(*argument) {
                *slot = *place;
            }
        }
        temporaries.to_vec()
    }
}
