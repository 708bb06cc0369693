//! The form for devices of every float class.

use lockstep_verifier::{profile::Form, rules};

use crate::{edited, refused};

/// The clean module without what only flushing devices may do: its door and its one product.
const GUARDED: &[(&str, &str)] = &[
    ("OpDecorate %xf NoContraction", ""),
    ("OpDecorate %twice NoContraction", "OpDecorate %flipped NoContraction"),
    ("%xr = OpBitcast %float %xw\n", ""),
    ("%xf = OpFMul %float %xr %one\n", ""),
    ("%twice = OpFMul %float %xf %two", "%xf = OpFunctionCall %float %door %xw\n%flipped = OpFMul %float %xf %minus"),
    ("%total = OpFunctionCall %float %sum %twice %xf", "%total = OpFunctionCall %float %sum %flipped %xf"),
    (
        "%binary = OpTypeFunction %float %float %float",
        "%binary = OpTypeFunction %float %float %float\n%entering = OpTypeFunction %float %word",
    ),
    (
        "%two_hidden = OpIAdd %word %two_bits %zero",
        "%two_hidden = OpIAdd %word %two_bits %zero\n%minus_hidden = OpIAdd %word %minus_bits %zero\n%minus = OpBitcast %float %minus_hidden",
    ),
    (
        "%main = OpFunction %void None %procedure",
        "%door = OpFunction %float None %entering
%dw = OpFunctionParameter %word
%door_label = OpLabel
%d1 = OpBitwiseAnd %word %dw %magnitude
%d2 = OpBitwiseAnd %word %dw %sign
%d3 = OpULessThan %bool %d1 %least
%d4 = OpSelect %word %d3 %d2 %dw
%d5 = OpAccessChain %push_word %push %0
%d6 = OpLoad %word %d5
%d7 = OpIAdd %word %d4 %d6
%d8 = OpBitcast %float %d7
OpReturnValue %d8
OpFunctionEnd
%main = OpFunction %void None %procedure",
    ),
];

#[test]
fn the_guarded_form_is_read_as_both() {
    for form in [Form::Guarded, Form::Plain] {
        assert_eq!(refused(&edited(GUARDED), form), None);
    }
}

#[test]
fn what_only_flushing_devices_do_right_is_refused() {
    // The door of the plain form.
    assert_eq!(refused(&edited(&[]), Form::Guarded).map(|refusal| refusal.rule), Some(rules::DOOR));
    let text = edited(GUARDED);
    for (operation, instead) in [
        ("OpFMul %float %xf %minus", "OpFMul %float %xf %two"),
        ("OpFMul %float %xf %minus", "OpFAdd %float %xf %one"),
        ("OpFMul %float %xf %minus", "OpFSub %float %xf %xf"),
    ] {
        let broken = text.replace(operation, instead);
        assert_ne!(broken, text);
        assert_eq!(refused(&broken, Form::Guarded).map(|refusal| refusal.rule), Some(rules::GUARD), "{instead}");
        assert_eq!(refused(&broken, Form::Plain), None, "{instead}");
    }
}

#[test]
fn functions_stand_in_their_order() {
    let text = edited(GUARDED);
    let (start, end) = (text.find("%sum = OpFunction").unwrap(), text.find("%door = OpFunction").unwrap());
    let sum = text[start..end].to_string();
    let swapped = text.replace(&sum, "").replace("%main = OpFunction", &format!("{sum}%main = OpFunction"));
    assert_eq!(refused(&swapped, Form::Plain).map(|refusal| refusal.rule), Some(rules::FUNCTION_BODY));
}
