//! The order in which devices are listed.

use lockstep_vulkan::devices;

#[test]
fn lavapipe_comes_before_other_drivers_that_compute_on_a_cpu() {
    let names: Vec<String> = devices().unwrap().into_iter().map(|device| device.name).collect();
    let place = |part: &str| names.iter().position(|name| name.contains(part));
    if let (Some(lavapipe), Some(other)) = (place("llvmpipe"), place("SwiftShader")) {
        assert!(lavapipe < other, "{names:?}");
    }
}
