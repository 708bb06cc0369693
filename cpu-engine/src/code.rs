//! Cranelift's form becomes code of this processor. Its pages are written, then made executable and never written again;
//! they go with the code.

#![allow(unsafe_code, reason = "compiled code is called, and given back")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use cranelift_codegen::{
    Context,
    ir::Function,
    isa::{CallConv, TargetIsa},
    settings::{self, Configurable},
};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module, default_libcall_names};

use crate::arrays::Words;

/// The most bytes of the stack that a kernel may take.
const MOST_STACK: u32 = 256 << 10;
/// The most bytes of its code.
const MOST_CODE: u32 = 64 << 20;
/// With more of them registers are given out in one pass, whose time is bounded by their number. The other way is better,
/// and takes as long as the square of how many values live at once.
const MOST_BY_SEARCH: usize = 1 << 14;

/// What code sees of an array, or of the word that ends it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Seen {
    pub(crate) address: *mut u32,
    pub(crate) cells: u64,
}

impl Seen {
    pub(crate) fn of(words: &Words) -> Seen {
        Seen { address: words.address(), cells: words.cells() as u64 }
    }
}

/// What it sees: the word that ends it, and the buffers; the push constants, the thread's memory, the group.
type Entry = unsafe extern "C" fn(*const Seen, *const u32, *mut u32, u32);

/// A compiler for this processor.
#[derive(Clone)]
pub(crate) struct Compiler {
    /// Which searches for registers, and which gives them out in one pass.
    searching: Arc<dyn TargetIsa>,
    passing: Arc<dyn TargetIsa>,
}

/// Code of one kernel.
pub(crate) struct Code {
    module: Option<JITModule>,
    entry: Entry,
}

// SAFETY: the module is only kept to be given back, and the code that the entry leads to does not change.
unsafe impl Send for Code {}
// SAFETY: as above.
unsafe impl Sync for Code {}

impl Compiler {
    /// # Errors
    /// A sentence, where Cranelift does not know this processor.
    pub(crate) fn new() -> Result<Compiler, String> {
        let verifier = if cfg!(debug_assertions) { "true" } else { "false" };
        let isa = |registers| {
            let mut flags = settings::builder();
            // Its own sharing would move instructions away from where registers are free for them: `generate::memo` shares.
            for (flag, value) in [
                ("opt_level", "none"),
                ("is_pic", "false"),
                ("enable_verifier", verifier),
                ("regalloc_algorithm", registers),
            ] {
                flags.set(flag, value).map_err(|error| error.to_string())?;
            }
            let isa = cranelift_native::builder()?.finish(settings::Flags::new(flags));
            isa.map_err(|error| error.to_string())
        };
        Ok(Compiler { searching: isa("backtracking")?, passing: isa("single_pass")? })
    }

    pub(crate) fn convention(&self) -> CallConv {
        self.searching.default_call_conv()
    }

    /// Compiles what `generate` makes.
    ///
    /// # Errors
    /// What `generate` says, and a sentence where Cranelift fails or the code is past a limit.
    pub(crate) fn compile(
        &self,
        generate: impl FnOnce(&mut FunctionBuilderContext) -> Result<Function, String>,
    ) -> Result<Code, String> {
        let function = generate(&mut FunctionBuilderContext::new())?;
        let instructions = function.dfg.num_insts();
        let isa = if instructions > MOST_BY_SEARCH { &self.passing } else { &self.searching };
        let mut module = JITModule::new(JITBuilder::with_isa(isa.clone(), default_libcall_names()));
        let failed = |error: cranelift_module::ModuleError| error.to_string();
        let id = module.declare_function("kernel", Linkage::Export, &function.signature).map_err(failed)?;
        let mut context = Context::for_function(function);
        // Where it panics rather than fail, this is one kernel less, and no more.
        let define = AssertUnwindSafe(|| module.define_function(id, &mut context).map_err(failed));
        let defined = catch_unwind(define).unwrap_or_else(|_| Err("Cranelift could not compile it".into()));
        let sizes = context.compiled_code().map(|code| (code.frame_size, code.code_info().total_size));
        let (stack, bytes) = sizes.unwrap_or((0, 0));
        let fits = match (stack, bytes) {
            (MOST_STACK.., _) => Err(format!("it takes {stack} bytes of the stack, and {MOST_STACK} are the most")),
            (_, MOST_CODE..) => Err(format!("its code has {bytes} bytes, and {MOST_CODE} are the most")),
            _ => Ok(()),
        };
        let finished = defined.and(fits).and_then(|()| module.finalize_definitions().map_err(failed));
        if let Err(why) = finished {
            // SAFETY: nothing of it was called.
            unsafe { module.free_memory() };
            return Err(why);
        }
        let address = module.get_finalized_function(id);
        // SAFETY: the code has this signature, which `generate::signature` gives it.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
        Ok(Code { module: Some(module), entry })
    }
}

impl Code {
    /// Runs one group, to its end or, where the kernel looks, until the first word that it sees is no longer zero.
    ///
    /// # Safety
    /// After that word, the buffers are those of the kernel's bindings in order, each as long as it says and padded by 64
    /// bytes at both ends; the push constants are as many as the kernel has; the memory is as long as its layout says. No other thread
    /// touches the memory, and none the buffers in another way than groups of this dispatch do.
    pub(crate) unsafe fn run(&self, seen: &[Seen], push: &[u32], memory: *mut u32, group: u32) {
        // SAFETY: the caller's promise, and that of the verifier, or, where nothing is proven, of the checks in the code.
        unsafe { (self.entry)(seen.as_ptr(), push.as_ptr(), memory, group) };
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: the entry goes with this, and no call is under way: each borrows this.
            unsafe { module.free_memory() };
        }
    }
}
