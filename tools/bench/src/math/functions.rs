//! The functions that are measured: their ranges of arguments, and what they are called elsewhere.

/// One function.
pub(super) struct Function {
    /// Its name in `std::math`.
    pub(super) name: &'static str,
    /// Its expression in GLSL, where that has one.
    glsl: Option<&'static str>,
    /// On the host: of glibc.
    pub(super) host: Option<fn(f32, f32) -> f32>,
    /// In numpy.
    pub(super) numpy: Option<&'static str>,
    /// The least and greatest first argument.
    pub(super) first: (f32, f32),
    /// The same of the second; equal if there is none.
    pub(super) second: (f32, f32),
}

impl Function {
    pub(super) fn is_binary(&self) -> bool {
        self.second.0 < self.second.1
    }

    /// The kernel in Lockstep.
    pub(super) fn lockstep(&self) -> String {
        let name = self.name;
        if name == DIVISION {
            return "kernel k[n](x: in [f32; n], z: in [f32; n], y: out [f32; n]) each i of y { y[i] = x[i] / z[i]; }\n".into();
        }
        let (parameter, arguments) = if self.is_binary() { (", z: in [f32; n]", "x[i], z[i]") } else { ("", "x[i]") };
        format!(
            "use std::math::{name};\n\
             kernel k[n](x: in [f32; n]{parameter}, y: out [f32; n]) each i of y {{ y[i] = {name}({arguments}); }}\n"
        )
    }

    /// The kernel in GLSL, with the same ABI.
    pub(super) fn glsl(&self) -> Option<String> {
        let expression = self.glsl?;
        let (second, last) = match self.is_binary() {
            true => ("layout(set = 0, binding = 2) readonly restrict buffer Z { float z[]; };\n", 3),
            false => ("", 2),
        };
        let value = if self.is_binary() { "const float b = z[i];\n    " } else { "" };
        Some(format!(
            "#version 450\nlayout(local_size_x = {lanes}) in;\n\
             layout(push_constant) uniform Push {{ uint zero, first_group, trap_slot, n; }};\n\
             layout(set = 0, binding = 0) buffer Traps {{ uint traps[]; }};\n\
             layout(set = 0, binding = 1) readonly restrict buffer X {{ float x[]; }};\n\
             {second}layout(set = 0, binding = {last}) writeonly restrict buffer Y {{ float y[]; }};\n\
             void main() {{\n    const uint i = (first_group + gl_WorkGroupID.x) * {lanes} + gl_LocalInvocationID.x;\n    \
             if (i >= n) return;\n    const float a = x[i];\n    {value}y[i] = {expression};\n}}\n",
            lanes = lockstep_module::spirv_abi::LANES,
        ))
    }
}

/// No function of `std::math`, but exact all the same.
const DIVISION: &str = "a / b";
const NONE: (f32, f32) = (0.0, 0.0);

const fn unary(
    name: &'static str,
    glsl: Option<&'static str>,
    host: Option<fn(f32, f32) -> f32>,
    numpy: Option<&'static str>,
    first: (f32, f32),
) -> Function {
    Function { name, glsl, host, numpy, first, second: NONE }
}

const fn binary(
    name: &'static str,
    glsl: Option<&'static str>,
    host: Option<fn(f32, f32) -> f32>,
    numpy: Option<&'static str>,
    first: (f32, f32),
    second: (f32, f32),
) -> Function {
    Function { name, glsl, host, numpy, first, second }
}

/// All of them.
pub(super) const FUNCTIONS: [Function; 30] = [
    binary(DIVISION, Some("a / b"), Some(|a, b| a / b), Some("divide"), (-100.0, 100.0), (0.1, 100.0)),
    unary("exp", Some("exp(a)"), Some(|a, _| a.exp()), Some("exp"), (-80.0, 80.0)),
    unary("exp2", Some("exp2(a)"), Some(|a, _| a.exp2()), Some("exp2"), (-120.0, 120.0)),
    unary("exp10", None, None, None, (-37.0, 37.0)),
    unary("expm1", None, Some(|a, _| a.exp_m1()), Some("expm1"), (-8.0, 8.0)),
    unary("log", Some("log(a)"), Some(|a, _| a.ln()), Some("log"), (0.0, 1000.0)),
    unary("log2", Some("log2(a)"), Some(|a, _| a.log2()), Some("log2"), (0.0, 1000.0)),
    unary("log10", None, Some(|a, _| a.log10()), Some("log10"), (0.0, 1000.0)),
    unary("log1p", None, Some(|a, _| a.ln_1p()), Some("log1p"), (-0.9, 10.0)),
    unary("sin", Some("sin(a)"), Some(|a, _| a.sin()), Some("sin"), (-100.0, 100.0)),
    unary("cos", Some("cos(a)"), Some(|a, _| a.cos()), Some("cos"), (-100.0, 100.0)),
    unary("tan", Some("tan(a)"), Some(|a, _| a.tan()), Some("tan"), (-100.0, 100.0)),
    unary("sinpi", None, None, None, (-100.0, 100.0)),
    unary("cospi", None, None, None, (-100.0, 100.0)),
    unary("asin", Some("asin(a)"), Some(|a, _| a.asin()), Some("arcsin"), (-1.0, 1.0)),
    unary("acos", Some("acos(a)"), Some(|a, _| a.acos()), Some("arccos"), (-1.0, 1.0)),
    unary("atan", Some("atan(a)"), Some(|a, _| a.atan()), Some("arctan"), (-20.0, 20.0)),
    unary("sinh", Some("sinh(a)"), Some(|a, _| a.sinh()), Some("sinh"), (-20.0, 20.0)),
    unary("cosh", Some("cosh(a)"), Some(|a, _| a.cosh()), Some("cosh"), (-20.0, 20.0)),
    unary("tanh", Some("tanh(a)"), Some(|a, _| a.tanh()), Some("tanh"), (-8.0, 8.0)),
    unary("erf", None, None, None, (-4.0, 4.0)),
    unary("cbrt", None, Some(|a, _| a.cbrt()), Some("cbrt"), (-1000.0, 1000.0)),
    unary("rsqrt", Some("inversesqrt(a)"), None, None, (0.0, 1000.0)),
    unary("floor", Some("floor(a)"), Some(|a, _| a.floor()), Some("floor"), (-1000.0, 1000.0)),
    unary("round", Some("roundEven(a)"), Some(|a, _| a.round_ties_even()), Some("rint"), (-1000.0, 1000.0)),
    unary("fract", Some("fract(a)"), None, None, (-1000.0, 1000.0)),
    binary("pow", Some("pow(a, b)"), Some(f32::powf), Some("power"), (0.01, 100.0), (-10.0, 10.0)),
    binary("atan2", Some("atan(a, b)"), Some(f32::atan2), Some("arctan2"), (-10.0, 10.0), (-10.0, 10.0)),
    binary("hypot", Some("length(vec2(a, b))"), Some(f32::hypot), Some("hypot"), (-10.0, 10.0), (-10.0, 10.0)),
    binary("rem", None, Some(|a, b| a % b), Some("fmod"), (-1000.0, 1000.0), (0.1, 10.0)),
];
