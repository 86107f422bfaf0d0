## The frame of every kernel: what it is, its types and functions, then a skeleton's body.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="elements" file="/common/elements.mako"/>
<%namespace name="states" file="/cpu/common/private_rows.mako"/>
<%namespace name="within" file="/cpu/common/boundary.mako"/>
<%namespace name="transpose" file="/cpu/listed_rows/transpose.mako"/>
<%namespace name="algebra" file="/common/monoid.mako"/>
<%namespace name="numbers" file="/cpu/register_rows/nan_fallback.mako"/>
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="leads" file="/common/tap_distance.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
% if spec.window in ("listed", "plane"):
// clpool: ${spec.mode.name}, ${spec.window} windows, ${spec.dtype.name}
% else:
// clpool: ${spec.mode.name} pooling, window ${"x".join(map(str, spec.kernel))}, stride ${"x".join(map(str, spec.stride))}, dilation ${"x".join(map(str, spec.dilation))}, ${spec.dtype.name}
% endif
<% powered = "power" in spec.mode.takes %>\
% if "double" in (spec.accumulator, spec.dtype.storage, spec.out.storage) or (powered and not powers.built_in()):
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
% endif

// Sizes, pitches and offsets in elements; they change from call to call, the kernel does not.
typedef struct {
    long ${", ".join(fields)};
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
% if spec.doubts:
${numbers.functions(lanes_of(spec.width))}
% endif
% if spec.template == "rows_down":
${within.within_row(lanes_of(spec.width))}
% elif spec.template in ("rows", "rows_running"):
${states.rows()}
% elif spec.template == "rows_listed":
${states.lines()}
${transpose.transpose(lanes_of(spec.width), spec.accumulator, "")}
%   if spec.index:
${transpose.transpose(lanes_of(spec.width), spec.position, "_index")}
%   endif
% endif
% if spec.mode.refuses and spec.window != "plane":
%   for n in widths:
${leads.functions(lanes_of(n))}
%   endfor
% endif
${window.functions()}
${self.body()}
${items.launched()}
