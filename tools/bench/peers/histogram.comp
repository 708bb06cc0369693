// How often each value of a low byte occurs. n is a multiple of 4096.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, n; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer X { uint x[]; };
layout(set = 0, binding = 2) restrict buffer Bins { uint bins[]; };

shared uint counts[256];

void main() {
    const uint l = gl_LocalInvocationID.x;
    const uint first = (first_group + gl_WorkGroupID.x) * 4096 + l;
    counts[l] = 0;
    barrier();
    [[unroll]] for (uint j = 0; j < 16; j++) atomicAdd(counts[x[first + 256 * j] & 255], 1);
    barrier();
    atomicAdd(bins[l], counts[l]);
}
