//! The standard library: Lockstep sources, one file a module, `std::bits` being `bits.lks`.
//!
//! This crate only carries the texts. The compiler parses a file when a program uses it.

/// The modules, by the name that follows `std::`.
const MODULES: [(&str, &str); 44] = [
    ("attention", include_str!("../attention.lks")),
    ("bitonic", include_str!("../bitonic.lks")),
    ("bits", include_str!("../bits.lks")),
    ("convolution", include_str!("../convolution.lks")),
    ("extremes", include_str!("../extremes.lks")),
    ("hash", include_str!("../hash.lks")),
    ("histogram", include_str!("../histogram.lks")),
    ("math", include_str!("../math.lks")),
    ("math_angle", include_str!("../math_angle.lks")),
    ("math_asin", include_str!("../math_asin.lks")),
    ("math_atan", include_str!("../math_atan.lks")),
    ("math_atan2", include_str!("../math_atan2.lks")),
    ("math_broad", include_str!("../math_broad.lks")),
    ("math_direction", include_str!("../math_direction.lks")),
    ("math_erf", include_str!("../math_erf.lks")),
    ("math_exp", include_str!("../math_exp.lks")),
    ("math_fixed", include_str!("../math_fixed.lks")),
    ("math_fma", include_str!("../math_fma.lks")),
    ("math_hyperbolic", include_str!("../math_hyperbolic.lks")),
    ("math_hyperbolic_exact", include_str!("../math_hyperbolic_exact.lks")),
    ("math_log", include_str!("../math_log.lks")),
    ("math_near", include_str!("../math_near.lks")),
    ("math_pow", include_str!("../math_pow.lks")),
    ("math_pow_exact", include_str!("../math_pow_exact.lks")),
    ("math_quick", include_str!("../math_quick.lks")),
    ("math_quick_direction", include_str!("../math_quick_direction.lks")),
    ("math_quick_log", include_str!("../math_quick_log.lks")),
    ("math_quick_pow", include_str!("../math_quick_pow.lks")),
    ("math_rem", include_str!("../math_rem.lks")),
    ("math_root", include_str!("../math_root.lks")),
    ("math_round", include_str!("../math_round.lks")),
    ("math_sin", include_str!("../math_sin.lks")),
    ("math_sinpi", include_str!("../math_sinpi.lks")),
    ("math_tan", include_str!("../math_tan.lks")),
    ("math_wide", include_str!("../math_wide.lks")),
    ("matmul", include_str!("../matmul.lks")),
    ("merkle", include_str!("../merkle.lks")),
    ("nn", include_str!("../nn.lks")),
    ("ntt", include_str!("../ntt.lks")),
    ("num", include_str!("../num.lks")),
    ("random", include_str!("../random.lks")),
    ("reduce", include_str!("../reduce.lks")),
    ("scan", include_str!("../scan.lks")),
    ("sort", include_str!("../sort.lks")),
];

/// The source of the module `std::name`.
pub fn source(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(module, _)| *module == name).map(|(_, text)| *text)
}

/// The names of the modules that are made to be used. The rooms of another module, as `math_exp` of `math`, are left out.
pub fn names() -> impl Iterator<Item = &'static str> {
    let is_room =
        |name: &str| MODULES.iter().any(|(of, _)| name.strip_prefix(of).is_some_and(|rest| rest.starts_with('_')));
    MODULES.iter().map(|(name, _)| *name).filter(move |name| !is_room(name))
}
