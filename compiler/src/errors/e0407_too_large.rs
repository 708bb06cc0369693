//! E0407: a constant or local array beyond what every device can hold, or a program too large once inlined.

use lockstep_module::spirv_limits::Limit;

use crate::{diagnostic::Diagnostic, source::Span};

pub(crate) const CODE: &str = "E0407";

/// At the declaration.
pub fn array(span: Span, cells: u64, most: u64) -> Diagnostic {
    if cells == 0 {
        return Diagnostic::error(CODE, "an array of a lane has at least one cell", span, "this has none");
    }
    Diagnostic::error(CODE, format!("this array has {cells} cells, and the most is {most}"), span, "here")
        .with_help("use an array of the job instead")
}

/// At the shared array that is one too many.
pub fn shared(span: Span, bytes: u64, most: u32, profile: &str) -> Diagnostic {
    let message = format!("the shared arrays of this kernel take {bytes} bytes, and `{profile}` has {most}");
    Diagnostic::error(CODE, message, span, "with this one")
}

/// At the first cell that is read of the constant array that is too much.
pub fn tables(span: Span, name: &str, words: u64, most: u64) -> Diagnostic {
    let message =
        format!("with `{name}` the constant arrays that this kernel reads have {words} words, of at most {most}");
    Diagnostic::error(CODE, message, span, "read here")
        .with_help("give the kernel a large table as an `in` array, or compute its cells")
}

/// At the name of what is too large once its functions are written out.
pub fn body(span: Span, name: &str, most: usize, deepest: u32) -> Diagnostic {
    let message = format!(
        "`{name}` has more than {most} expressions and statements once its functions are written out, or nests them \
         deeper than {deepest}"
    );
    Diagnostic::error(CODE, message, span, "here")
        .with_help("split it into several kernels, or call its functions in a loop")
}

/// At the kernel, whose SPIR-V has more than a limit allows.
pub fn spirv(span: Span, name: &str, limit: Limit) -> Diagnostic {
    let message = format!("`{name}` comes to more than {} {}", limit.most, limit.name);
    Diagnostic::error(CODE, message, span, "here").with_help("split it into several kernels")
}

/// At the kernel.
pub fn kernel(span: Span, name: &str, most: usize) -> Diagnostic {
    Diagnostic::error(
        CODE,
        format!("`{name}` has more than {most} operations once its functions are written out"),
        span,
        "here",
    )
    .with_help("split it into several kernels, or call its functions in a loop")
}

#[cfg(test)]
mod tests {
    use crate::errors::testing::{codes, rejected};

    #[test]
    fn a_large_local_array() {
        insta::assert_snapshot!(rejected(
            r"
fn f(a: u32) -> u32 { var t: [u32; 64, 64] = 0; t[0, a] }
"
        ));
    }

    #[test]
    fn large_constant_arrays_that_a_kernel_reads() {
        insta::assert_snapshot!(rejected(
            r"
const SMALL: [u32; 1024] = each i { i };
const WIDE: [u64; 513] = each i { u64(i) };
fn low(i: u32) -> u32 { u32(WIDE[i]) }
kernel k[n](x: out [u32; n]) each i of x { x[i] = SMALL[i % 1024] + low(i % 513); }
"
        ));
    }

    /// A kernel with so many branches that no driver can take away.
    fn branches(count: usize) -> String {
        let branch = "if a[i] > s { s += a[i] * s; t[s % 7] = s; } ";
        format!(
            "kernel k[n](a: in [u32; n], x: out [u32; n]) each i of x {{ var s: u32 = i; var t: [u32; 7] = 0; {} \
             x[i] = s + t[s % 7]; }}",
            branch.repeat(count)
        )
    }

    #[test]
    fn as_many_branches_as_drivers_take() {
        use lockstep_module::spirv_limits::CONSTRUCTS;
        let most = CONSTRUCTS.most as usize;
        // One is that of the lanes past the end.
        assert_eq!(codes(&branches(most - 1)), Vec::<&str>::new());
        assert_eq!(codes(&branches(most)), ["E0407"]);
    }

    #[test]
    fn many_large_arrays_of_a_lane() {
        let of = |count: u32| {
            let array = |i| format!("var t{i}: [u32; 1024] = {i}; t{i}[x] = s; s += t{i}[s % 1024]; ");
            let arrays: String = (0..count).map(array).collect();
            let function = format!("fn f(x: u32) -> u32 {{ var s: u32 = x; {arrays} s }}");
            format!("{function}\nkernel k[n](x: out [u32; n]) each i of x {{ x[i] = f(i % 1024); }}")
        };
        // The first is known to hold what was stored, and goes away.
        let refusal = rejected(&of(66));
        assert!(refusal.contains("65536 cells of arrays of a lane"), "{refusal}");
        assert_eq!(codes(&of(65)), Vec::<&str>::new());
    }

    #[test]
    fn exponential_inlining() {
        insta::assert_snapshot!(rejected(
            r"
fn f0(a: u32) -> u32 { a * 3 + 1 }
fn f1(a: u32) -> u32 { f0(f0(a + 1)) + f0(a) }
fn f2(a: u32) -> u32 { f1(f1(a + 1)) + f1(a) }
fn f3(a: u32) -> u32 { f2(f2(a + 1)) + f2(a) }
fn f4(a: u32) -> u32 { f3(f3(a + 1)) + f3(a) }
fn f5(a: u32) -> u32 { f4(f4(a + 1)) + f4(a) }
fn f6(a: u32) -> u32 { f5(f5(a + 1)) + f5(a) }
fn f7(a: u32) -> u32 { f6(f6(a + 1)) + f6(a) }
fn f8(a: u32) -> u32 { f7(f7(a + 1)) + f7(a) }
fn f9(a: u32) -> u32 { f8(f8(a + 1)) + f8(a) }
fn f10(a: u32) -> u32 { f9(f9(a + 1)) + f9(a) }
fn f11(a: u32) -> u32 { f10(f10(a + 1)) + f10(a) }
fn f12(a: u32) -> u32 { f11(f11(a + 1)) + f11(a) }
kernel k[n](x: out [u32; n]) each i of x { x[i] = f12(i); }
"
        ));
    }
}
