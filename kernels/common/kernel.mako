## The frame of every kernel: what it is, its types and functions, then a skeleton's body.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="elements" file="/common/elements.mako"/>
<%namespace name="algebra" file="/common/monoid.mako"/>
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="leads" file="/common/tap_distance.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
## The functions and types of a skeleton, after those of all kernels: each skeleton says its own.
<%def name="functions()"></%def>
% if spec.window in ("listed", "plane"):
// clpool: ${spec.mode.name}, ${spec.window} windows, ${spec.dtype.name}
% else:
// clpool: ${spec.mode.name} pooling, window ${"x".join(map(str, spec.kernel))}, stride ${"x".join(map(str, spec.stride))}, dilation ${"x".join(map(str, spec.dilation))}, ${spec.dtype.name}
% endif
<% powered = "power" in spec.mode.takes %>\
% if "double" in (spec.accumulator, spec.dtype.storage, spec.out.storage) or (powered and not powers.built_in()):
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
% endif

// Run-time sizes, strides and offsets, in elements.
typedef struct {
% for member, meaning in fields.items():
    long ${member}; // ${meaning}
% endfor
} geometry;

${dialect.typedefs(vector_types)}
% for n in widths:
% if not spec.mode.moves:
${elements.functions(lanes_of(n))}
% endif
% if powered:
${powers.function(lanes_of(n))}
% endif
% if not spec.mode.skeleton:
${algebra.algebra(lanes_of(n))}
% endif
% endfor
${self.functions()}
% if spec.mode.refuses and spec.window != "plane":
%   for n in widths:
${leads.functions(lanes_of(n))}
%   endfor
% endif
${window.functions()}
${self.body()}
${items.launched()}
