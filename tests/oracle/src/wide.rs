//! A number of MPFR that frees itself.

use std::mem::MaybeUninit;

use gmp_mpfr_sys::mpfr::{self, mpfr_t};

pub struct Wide(mpfr_t);

impl Wide {
    pub fn new(precision: i64) -> Wide {
        let mut number = MaybeUninit::uninit();
        // SAFETY: init2 makes a whole number of it.
        unsafe {
            mpfr::init2(number.as_mut_ptr(), precision);
            Wide(number.assume_init())
        }
    }

    pub fn get(&self) -> *const mpfr_t {
        &raw const self.0
    }

    pub fn out(&mut self) -> *mut mpfr_t {
        &raw mut self.0
    }
}

impl Drop for Wide {
    fn drop(&mut self) {
        // SAFETY: it was initialised, and is used no more.
        unsafe { mpfr::clear(&raw mut self.0) }
    }
}
