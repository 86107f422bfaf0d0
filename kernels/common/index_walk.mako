## Looks at indices by the windows that they were found in.
## in: refused; plane or x_plane, od, oh, ow for element(); plane and the row's outputs for line().
## out: the error flag.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="checks" file="/common/index_check.mako"/>

## Looks at the windows whose first tap is the element at hand.
<%def name="element(lanes)">
{
    ${checks.begin(lanes)}
% for axis in spec.axes:
    ${window.taps(axis, window.begun(axis))}
    ${window.own(axis, axis)}
% endfor
    ${vector(lanes, "g.x_w * w")}
    ${"}" * spec.ndim}
    ${checks.end(lanes)}
}
</%def>

## Looks at those whose first tap lies in the line at hand, along the channels.
<%def name="line(lanes)">
{
    ${checks.begin(lanes)}
% for axis in spec.axes[:-1]:
    ${window.taps(axis, window.begun(axis))}
    ${window.own(axis, axis)}
% endfor
    for (${spec.position} w = 0; w < g.in_w; ++w) {
        ${window.own("w", "w")}
        if (far_w < 0) continue;
        for (int channel = 0; channel < g.inner; channel += ${lanes.n}) {
            if (channel + ${lanes.n} > g.inner) channel = g.inner - ${lanes.n};
            ${vector(lanes, "g.x_w * w + channel", asks=True)}
        }
    }
    ${"}" * (spec.ndim - 1)}
    ${checks.end(lanes)}
}
</%def>

## Those at `at`, in the row of windows at hand; those that are looked at later are asked for, where
## it is said.
<%def name="vector(lanes, at, asks=False)"><%
    axes, position = spec.axes[:-1], spec.position
    row = "".join(f" + {axis} * g.x_{axis}" for axis in axes)
    first = f"({position})g.origin + first_w" + "".join(
        f" + first_{axis} * ({position})g.flat_{axis}" for axis in axes)
    place = f"x_plane{row} + {at}" if spec.block else f"(plane{row} + {at} - x)"
    address = f"indices + g.indices_shift + {place}"
%>
% if asks:
${ahead.read(address, lanes.n, scalar_size(spec.input_index_storage))}
% endif
% if spec.block:
const ${lanes.index} index = load_index${lanes.n}(${address});
% else:
const ${lanes.of(spec.input_index_storage)} index = ${memory.read(lanes, spec.input_index_storage,
    "__global", address)};
% endif
<% far = lanes.splat("far_w", spec.position) %>\
${checks.look(lanes, "index", lanes.splat(first, spec.position), far)}
</%def>
