// Each block of 1024 cells by itself: the sums of the cells before each, and of the whole block. n is a multiple of 1024.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, n, b; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer X { uint x[]; };
layout(set = 0, binding = 2) writeonly restrict buffer Y { uint y[]; };
layout(set = 0, binding = 3) writeonly restrict buffer Sums { uint sums[]; };

shared uint even[256];
shared uint odd[256];

void main() {
    const uint block = first_group + gl_WorkGroupID.x;
    const uint l = gl_LocalInvocationID.x;
    const uint first = block * 1024 + l * 4;
    uint cells[4];
    uint sum = 0;
    [[unroll]] for (uint j = 0; j < 4; j++) {
        cells[j] = x[first + j];
        sum += cells[j];
    }
    even[l] = sum;
    barrier();
    [[unroll]] for (uint s = 0; s < 4; s++) {
        const uint near = 1u << (2 * s);
        const uint far = 2u << (2 * s);
        odd[l] = even[l] + (l >= near ? even[l - near] : 0);
        barrier();
        even[l] = odd[l] + (l >= far ? odd[l - far] : 0);
        barrier();
    }
    uint place = even[l] - sum;
    [[unroll]] for (uint j = 0; j < 4; j++) {
        y[first + j] = place;
        place += cells[j];
    }
    if (l == 255) sums[block] = even[l];
}
