## Some rows of a column of outputs whose windows are listed, in several planes.
## in: the kernel's arguments; what flat_item leaves.
## out: h0 and h1 by row, where there are several, and of all of them; acc of reduce() by row and
##     plane. Outputs beside the result have the last one's windows.
<%namespace name="window" file="/windows/listed.mako"/>
<%namespace name="places" file="/gpu/listed_places.mako"/>
<%namespace name="one" file="/common/tap.mako"/>
<%namespace name="taps" file="/gpu/listed_taps.mako"/>
<%namespace name="looks" file="/gpu/listed_indices.mako"/>

## Reads where the windows begin and end.
<%def name="bounds()">
// Where the windows begin and end.
% for axis in spec.axes:
%   if axis != "h" or places.rows() == 1:
${window.start(axis, "o" + axis)}
%   else:
<% each = range(places.rows()) %>\
%     for row in each:
${window.start(axis, f"min({plus('oh', row)}, ({spec.position})g.out_h - 1)" if row else "oh",
    f"_{row}")}
%     endfor
<% joined = lambda call, name: f"{call}({joined(call, name[1:])}, {name[0]})" if name[1:] \
    else name[0] %>\
const ${spec.position} h0 = ${joined("min", [f"h0_{row}" for row in each])};
const ${spec.position} h1 = ${joined("max", [f"h1_{row}" for row in each])};
%   endif
% endfor
</%def>

## Reduces the windows: along each row of taps once, then into the outputs that it belongs to.
<%def name="reduce(lanes)"><%
    each = [(row, number) for row in range(places.rows()) for number in range(spec.tile)]
    parts = places.rows() > 1 and not taps.apart()
%>
% for row, number in each:
state${lanes.n} acc${row}_${number} = identity${lanes.n}();
% endfor
% if taps.apart():
${taps.at_hand(lanes, places.rows())}
% endif
% if spec.mode.refuses:
${looks.begin(lanes)}
% endif
// Reduces the windows along each row, then across rows.
% for axis in spec.axes[:-1]:
${window.taps(axis)}
% endfor
    const ${spec.offset} row = ${one.row()};
% if parts:
%   for number in range(spec.tile):
    state${lanes.n} part${number} = identity${lanes.n}();
%   endfor
% endif
    ${window.taps("w")}
        const ${spec.offset} at = row + ${"w * g.x_w" if spec.layout == "last" else "w"};
        ${taps.read(lanes)}
% if spec.mode.refuses:
        ${looks.look(lanes)}
% endif
% if taps.apart():
%   for row, number in each:
        ${inside(row) if "indices" not in spec.mode.inputs else ""}\
            ${taps.flow(lanes, row, number)}
%   endfor
% else:
%   for number in range(spec.tile):
<% name = f"part{number}" if parts else f"acc0_{number}" %>\
        ${name} = combine${lanes.n}(${name}, ${one.tap(lanes, taps.place(number))});
%   endfor
% endif
    }
% if parts:
%   for row, number in each:
    ${inside(row)}acc${row}_${number} = combine${lanes.n}(acc${row}_${number}, part${number});
%   endfor
% endif
${"}" * (spec.ndim - 1)}
% if spec.mode.refuses:
${looks.end(lanes)}
% endif
</%def>

## Whether the row of taps at hand lies in the window of a row of outputs.
<%def name="inside(row)"><%
    return f"if (h >= h0_{row} && h < h1_{row}) " if places.rows() > 1 else ""
%></%def>
