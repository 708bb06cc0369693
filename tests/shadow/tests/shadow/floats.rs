//! Float operations that a driver may change.

use crate::make::{Frame, frame, shows};

/// The sum of two words of `x` as floats, `%fine`, which the frame decorates.
fn sum() -> Frame {
    frame(
        "%w = OpLoad %u32 %xi
         %a1 = OpBitcast %f32 %w
         %hidden = OpIAdd %u32 %one %z
         %b1 = OpBitcast %f32 %hidden
         %fine = OpFAdd %f32 %a1 %b1
         %bits = OpBitcast %u32 %fine
         OpStore %yi %bits",
    )
    .edit("; decorations", "OpDecorate %fine NoContraction")
}

#[test]
fn a_sum_is_what_rule_f_says() {
    assert_eq!(sum().y(), [0x3f80_0000; 8]);
    assert_eq!(Frame { guarded: true, ..sum() }.y(), [0x3f80_0000; 8]);
}

#[test]
fn operations_are_decorated() {
    shows("contractable", &sum().edit("OpDecorate %fine NoContraction", ""), &sum());
}

#[test]
fn the_entry_point_preserves() {
    shows("not preserved", &sum().edit("OpExecutionMode %main SignedZeroInfNanPreserve 32", ""), &sum());
}

#[test]
fn constants_are_hidden() {
    let plain = sum().edit("%b1 = OpBitcast %f32 %hidden", "%b1 = OpBitcast %f32 %one");
    shows("plain word", &plain, &sum());
    let other = sum().edit("%hidden = OpIAdd %u32 %one %z", "%hidden = OpIAdd %u32 %one %0");
    shows("plain word", &other, &sum());
    let float = sum().edit("%fn = OpTypeFunction %void", "%fn = OpTypeFunction %void\n%half = OpConstant %f32 0.5");
    shows("plain float", &float.edit("%fine = OpFAdd %f32 %a1 %b1", "%fine = OpFAdd %f32 %a1 %half"), &sum());
}

#[test]
fn words_on_their_way_to_floats_are_hidden() {
    let convert = |word: &str| {
        frame(&format!(
            "%hidden = OpIAdd %u32 %l %z\n%f = OpConvertSToF %f32 {word}\n%b = OpBitcast %u32 %f\nOpStore %yi %b"
        ))
    };
    shows("plain word", &convert("%l"), &convert("%hidden"));
}

/// The seed of a quotient is not to be seen, nor the bits of a NaN.
#[test]
fn what_a_device_chooses_is_not_to_be_seen() {
    let divide =
        |value: &str| sum().edit("OpFAdd %f32 %a1 %b1", "OpFDiv %f32 %b1 %b1").edit("OpStore %yi %bits", value);
    shows("depends on device", &divide("OpStore %yi %bits"), &divide("OpStore %yi %l"));
    let infinity = "%one = OpConstant %u32 2139095040";
    let nan = |value: &str| {
        sum()
            .edit("%one = OpConstant %u32 1065353216", infinity)
            .edit("OpFAdd %f32 %a1 %b1", "OpFSub %f32 %b1 %b1")
            .edit("OpStore %yi %bits", value)
    };
    let canonical = "%c = OpFUnordNotEqual %bool %fine %fine\n%k = OpSelect %u32 %c %7 %bits\nOpStore %yi %k";
    shows("depends on device", &nan("OpStore %yi %bits"), &nan(canonical));
}

/// In the guarded form a device keeps a subnormal or not.
#[test]
fn small_results_are_guarded() {
    // The least normal number, and three quarters of it: their difference is subnormal.
    let tiny = |value: &str| {
        let product = sum().edit("%one = OpConstant %u32 1065353216", "%one = OpConstant %u32 8388608");
        let half = "%h = OpIAdd %u32 %half %z\n%hf = OpBitcast %f32 %h\n%fine = OpFMul %f32 %b1 %hf";
        let product = product.edit("%fine = OpFAdd %f32 %a1 %b1", half);
        let product = product.edit("%fn = OpTypeFunction", "%half = OpConstant %u32 1056964608\n%fn = OpTypeFunction");
        Frame { guarded: true, ..product.edit("OpStore %yi %bits", value) }
    };
    let guarded = "%magnitude = OpBitwiseAnd %u32 %bits %rest\n%small = OpULessThan %bool %magnitude %one
                   %kept = OpSelect %u32 %small %0 %bits\nOpStore %yi %kept";
    let right = tiny(guarded).edit("%fn = OpTypeFunction", "%rest = OpConstant %u32 2147483647\n%fn = OpTypeFunction");
    shows("depends on device", &tiny("OpStore %yi %bits"), &right);
    let plain = Frame { guarded: false, ..tiny("OpStore %yi %bits") };
    assert_eq!(plain.y(), [0; 8]);
}

#[test]
fn floats_that_are_no_integers_stay_floats() {
    let convert = |bits: &str| {
        sum()
            .edit("%one = OpConstant %u32 1065353216", &format!("%one = OpConstant %u32 {bits}"))
            .edit("%bits = OpBitcast %u32 %fine", "%bits = OpConvertFToS %u32 %fine")
    };
    // 2^31 and 2^30.
    shows("conversion out of range", &convert("1325400064"), &convert("1317011456"));
    assert_eq!(convert("1317011456").y(), [1 << 30; 8]);
    shows("conversion out of range", &convert("2143289344"), &convert("1317011456"));
}

#[test]
fn roots_and_comparisons() {
    let root = frame(
        "%w = OpLoad %u32 %xi
         %h = OpIAdd %u32 %w %z
         %f = OpConvertSToF %f32 %h
         %root = OpExtInst %f32 %glsl Sqrt %f
         %more = OpFOrdLessThan %bool %root %f
         %k = OpSelect %u32 %more %1 %0
         OpStore %yi %k",
    );
    assert_eq!(root.y(), [1; 8]);
}
