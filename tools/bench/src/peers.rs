//! The programs of the benchmark, each in three languages: the same algorithm, step for step.

/// One program.
pub struct Peer {
    /// What the tables call it.
    pub name: &'static str,
    /// In Lockstep.
    pub lockstep: &'static str,
    /// The kernel or job that is called.
    pub entry: &'static str,
    /// In WGSL.
    pub wgsl: &'static str,
    /// In GLSL: for each kernel of the Lockstep program its name and the text that takes its place.
    pub glsl: &'static [(&'static str, &'static str)],
}

impl Peer {
    /// The lines of all its GLSL.
    pub fn glsl_lines(&self) -> usize {
        self.glsl.iter().map(|(_, text)| lines(text)).sum()
    }
}

/// The lines that say something: neither empty nor comment alone. The three languages write comments alike.
pub fn lines(text: &str) -> usize {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

macro_rules! glsl {
    ($($kernel:literal: $file:literal),* $(,)?) => {
        &[$(($kernel, include_str!(concat!("../peers/", $file, ".comp")))),*]
    };
}

macro_rules! peer {
    ($name:literal, $entry:literal, $glsl:expr) => {
        Peer {
            name: $name,
            lockstep: include_str!(concat!("../programs/", $name, ".lks")),
            entry: $entry,
            wgsl: include_str!(concat!("../peers/", $name, ".wgsl")),
            glsl: $glsl,
        }
    };
}

/// All of them.
pub const PEERS: [Peer; 7] = [
    peer!("matmul", "matmul", glsl!["matmul": "matmul"]),
    peer!(
        "scan",
        "exclusive_scan",
        glsl![
            "scan_blocks": "scan_blocks", "scan_sums": "scan_sums", "add_offsets": "add_offsets",
        ]
    ),
    peer!("histogram", "histogram", glsl!["histogram": "histogram"]),
    peer!(
        "sort",
        "sort_pairs",
        glsl![
            "count_digits": "count_digits", "scatter": "scatter",
            "scan_blocks": "scan_blocks", "scan_sums": "scan_sums", "add_offsets": "add_offsets",
        ]
    ),
    peer!("softmax", "softmax", glsl!["softmax": "softmax"]),
    peer!("nbody", "nbody", glsl!["nbody": "nbody"]),
    peer!("nbody_newton", "nbody", glsl!["nbody": "nbody_newton"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_compiles_and_every_kernel_of_it_has_its_peer() {
        for peer in &PEERS {
            let compilation = lockstep_compiler::compile(peer.name, peer.lockstep);
            assert!(compilation.diagnostics.is_empty(), "{}: {:?}", peer.name, compilation.diagnostics);
            let module = compilation.module.unwrap();
            assert!(module.signature(peer.entry).is_some(), "{}", peer.name);
            let mut kernels: Vec<&str> = module.kernels.iter().map(|kernel| kernel.signature.name.as_str()).collect();
            let mut peers: Vec<&str> = peer.glsl.iter().map(|(kernel, _)| *kernel).collect();
            kernels.sort_unstable();
            peers.sort_unstable();
            assert_eq!(kernels, peers, "{}", peer.name);
        }
    }

    #[test]
    fn lines_are_those_that_say_something() {
        assert_eq!(lines("// a\n\n  // b\nx = 1; // c\n}\n"), 2);
    }
}
