//! How much may be generated of a kernel: it bounds the time and the memory that Cranelift takes, whatever the kernel is.
//! That is looked at before each step, so that nothing grows far past a limit.

use super::Generator;

/// The most of Cranelift's instructions. Each takes about a quarter of a KiB until it is code.
const MOST_INSTRUCTIONS: usize = 1 << 19;
/// The most words of lists. Long ones are what branches carry: a variable that a loop changes is carried by each branch
/// that leaves it. A word comes to about 20 bytes until all is code.
const MOST_LISTED: usize = 1 << 23;
/// The most variables, times the blocks of the kernel: for each variable Cranelift notes what it is in each block, in 4
/// bytes.
const MOST_NOTED: usize = 1 << 25;

impl Generator<'_> {
    /// # Errors
    /// A sentence, if it is too much.
    pub(super) fn limits(&self) -> Result<(), String> {
        let graph = &self.builder.func.dfg;
        let listed = graph.value_lists.capacity();
        let noted = self.declared.saturating_mul(graph.num_blocks());
        match (graph.num_insts(), listed, noted) {
            (all, ..) if all > MOST_INSTRUCTIONS => {
                Err(format!("it comes to more than {MOST_INSTRUCTIONS} instructions, which are the most"))
            }
            (_, all, _) if all > MOST_LISTED => {
                Err(format!("its branches carry more than {MOST_LISTED} words, which are the most"))
            }
            (.., all) if all > MOST_NOTED => {
                Err(format!("its variables times its blocks are more than {MOST_NOTED}, which are the most"))
            }
            _ => Ok(()),
        }
    }
}
