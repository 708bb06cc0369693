// What is before a block is added to its cells. n is a multiple of 1024.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, n, b; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer Offsets { uint offsets[]; };
layout(set = 0, binding = 2) restrict buffer Y { uint y[]; };

void main() {
    const uint block = first_group + gl_WorkGroupID.x;
    const uint first = block * 1024 + gl_LocalInvocationID.x;
    const uint offset = offsets[block];
    [[unroll]] for (uint j = 0; j < 4; j++) y[first + 256 * j] += offset;
}
