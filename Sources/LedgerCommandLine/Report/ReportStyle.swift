/// The style sheet of reports: for screens of any width, light and dark, and for paper.
enum ReportStyle {
    static let sheet: StaticString = """
        :root{--bg:#f6f7f9;--panel:#fff;--ink:#1b2330;--soft:#566072;--line:#dce1e8;--link:#2450b8;
        --valid:#2b8a57;--expired:#c26a00;--expired-back:#fbe6c8;--revoked:#a53434;
        --pending:#3562d4;--mixed:#5b6472;--mixed-back:#cfd6df;--choice:#6a3fb5;--mark:#fdf3c4}
        @media (prefers-color-scheme:dark){:root{--bg:#11151b;--panel:#191f27;--ink:#e7ebf1;
        --soft:#a3adbb;--line:#2f3844;--link:#9dbcff;--valid:#46b37f;
        --expired:#f2a94a;--expired-back:#4a3312;--revoked:#f08a8a;--pending:#8fb0ff;
        --mixed:#aab4c2;--mixed-back:#3a4452;--choice:#c3a5ff;--mark:#3b3513}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
        body{margin:0;background:var(--bg);color:var(--ink);
        font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
        header,main,footer{max-width:1180px;margin:0 auto;padding:0 24px}
        header{padding-top:36px}footer{padding-bottom:48px}
        h1,h2,h3,p,dl,dd,ul{margin:0;padding:0}ul{list-style:none}
        h1{font-size:30px;line-height:1.2;overflow-wrap:anywhere}
        h2{font-size:19px;margin:36px 0 10px}
        h3{font-size:15px;line-height:1.35;overflow-wrap:anywhere}
        a{color:var(--link)}a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
        small{display:block;color:var(--soft);font-size:13px;line-height:1.4}
        code{font:12.5px/1.5 ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
        time{font-variant-numeric:tabular-nums;white-space:nowrap}
        bdi{overflow-wrap:anywhere}
        .over{color:var(--soft);font-size:13px;font-weight:600;letter-spacing:.06em;
        text-transform:uppercase}
        .lead{font-size:17px;margin-top:4px}
        .hint{color:var(--soft);font-size:13px;margin:4px 0}
        .off{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .defs{position:absolute}
        .facts{display:flex;flex-wrap:wrap;gap:10px 36px;margin:18px 0 6px;padding:14px 18px;
        background:var(--panel);border:1px solid var(--line);border-radius:10px}
        dt{color:var(--soft);font-size:12.5px}
        .facts dd{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 12px;color:var(--soft);
        font-size:13px}
        .legend li{display:flex;align-items:center;gap:6px}
        .lane{display:grid;grid-template-columns:270px minmax(0,1fr);gap:6px 22px;
        padding:14px 18px;background:var(--panel);border:1px solid var(--line);
        border-bottom-width:0;break-inside:avoid}
        .lane:last-child{border-bottom-width:1px;border-radius:0 0 10px 10px}
        .lane.axis{padding-top:8px;padding-bottom:4px;color:var(--soft);font-size:12.5px;
        border-radius:10px 10px 0 0;align-items:center}
        .who{min-width:0}
        .who dl div{display:flex;gap:8px;font-size:13px;line-height:1.45}
        .who dt{flex:none;width:58px;font-size:13px}.who dd{min-width:0}
        .status{font-size:14px;margin:2px 0;overflow-wrap:anywhere}
        .no{display:inline-block;min-width:21px;padding:0 6px;margin-right:7px;border-radius:11px;
        background:var(--ink);color:var(--panel);font-size:12.5px;font-weight:600;line-height:21px;
        text-align:center}
        svg{overflow:visible}.track,svg.axis{display:block}
        .sym,.swatch{flex:none;vertical-align:-2px;margin-right:5px}
        .axis text{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
        .grid{stroke:var(--line)}
        .b-valid{fill:var(--valid)}.b-expired{fill:url(#stripes);stroke:var(--expired)}
        .b-revoked{fill:none;stroke:var(--revoked);stroke-width:1.5}
        .b-pending{fill:var(--pending)}.b-mixed{fill:url(#weave);stroke:var(--mixed)}
        .b-nothing{fill:none;stroke:var(--line)}
        .track .b-valid{stroke:var(--panel);stroke-width:1}
        .cap{fill:var(--ink);paint-order:stroke;stroke:var(--panel);stroke-width:4px;font-size:12px;
        font-weight:700;text-anchor:middle}
        .s-expired-back{fill:var(--expired-back)}.s-expired-line{fill:var(--expired)}
        .s-mixed-back{fill:var(--mixed-back)}
        .s-mixed-line{stroke:var(--mixed);stroke-width:1.2;fill:none}
        .m-hollow{fill:var(--panel);stroke:var(--pending);stroke-width:2}
        .m-valid{fill:var(--valid)}.m-expired{fill:var(--expired)}
        .m-revoked{fill:none;stroke:var(--revoked);stroke-width:3;stroke-linecap:round}
        .m-plain{fill:var(--mixed)}.m-choice{fill:var(--choice)}
        .many rect{fill:var(--panel);stroke:var(--soft)}
        .many text{fill:var(--ink);font-size:11.5px;font-weight:600;text-anchor:middle}
        nav ul{display:flex;flex-wrap:wrap;gap:6px;margin-bottom:12px}
        nav a{display:inline-block;padding:2px 10px;border:1px solid var(--line);border-radius:14px;
        background:var(--panel);text-decoration:none;font-size:13px}
        nav small{display:inline;font-size:12px}
        .chunk{content-visibility:auto;margin-bottom:14px}
        table{width:100%;border-collapse:separate;border-spacing:0;background:var(--panel);
        border:1px solid var(--line);border-radius:10px;table-layout:fixed}
        caption{text-align:left;color:var(--soft);font-size:13px;padding:4px 2px}
        caption span{color:var(--ink);font-weight:600}
        th,td{text-align:left;vertical-align:top;padding:9px 12px;overflow-wrap:anywhere}
        tbody th,tbody td{border-top:1px solid var(--line)}
        thead th{font-size:12.5px;color:var(--soft);font-weight:600}
        thead th:nth-child(1){width:88px}thead th:nth-child(2){width:196px}
        thead th:nth-child(4){width:170px}thead th:nth-child(5){width:36%}
        tbody th{font-variant-numeric:tabular-nums}tbody th a{text-decoration:none}
        tr:target>*{background:var(--mark)}
        td .no{line-height:18px;min-width:18px;margin:0;font-size:12px}
        td li{font-size:13.5px;line-height:1.45;padding-left:12px;text-indent:-12px}
        td li+li{margin-top:2px}
        del{color:var(--soft);text-decoration:none}ins{font-weight:600;text-decoration:none}
        .digests{margin-top:12px}.digests>div{padding:10px 0;border-top:1px solid var(--line);
        display:grid;grid-template-columns:110px minmax(0,1fr);gap:4px 16px}
        .digests code{display:block;overflow-wrap:anywhere}.digest{font-weight:600}
        @media screen and (max-width:760px){header,main,footer{padding-left:14px;padding-right:14px}
        header{padding-top:22px}h1{font-size:24px}.facts{gap:8px 24px;padding:12px 14px}
        .lane{grid-template-columns:minmax(0,1fr);padding:12px 14px}.lane.axis .who{display:none}
        .wide{display:none}
        table,tbody,tr,th,td,caption{display:block;width:auto}
        thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        tbody tr{padding:10px 14px;border-top:1px solid var(--line)}
        tbody tr:first-child{border-top-width:0}
        tbody th,tbody td{border:0;padding:1px 0}tbody th a:before{content:"Position "}
        tbody td:nth-child(4):before{content:"by ";color:var(--soft)}
        tbody td:nth-child(5){padding-top:4px}
        .digests>div{grid-template-columns:minmax(0,1fr)}}
        @media print{:root{--bg:#fff;--panel:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;
        --valid:#2b8a57;--expired:#a85b00;--expired-back:#fbe6c8;--revoked:#a53434;
        --pending:#3562d4;--mixed:#555;--mixed-back:#ddd;--choice:#6a3fb5;--mark:#fff}
        @page{margin:14mm}body{font-size:10px;line-height:1.35}
        header,main,footer{max-width:none;padding:0 1px}
        h1{font-size:20px}h2{font-size:14px;margin:20px 0 6px}h3{font-size:11px}
        .lead{font-size:12px}
        dt,.who dt,.who dl div,small,.over,.hint,.legend,.status,td li,caption,.facts dd,.no,code,
        .axis,.axis text,td .no{font-size:9.5px}
        nav{display:none}.chunk{content-visibility:visible}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        a{text-decoration:none}tr{break-inside:avoid}h2,h3,caption{break-after:avoid}
        .facts{padding:8px 12px;gap:6px 24px}.lane,.lane.axis{padding:6px 12px}
        .lane{grid-template-columns:200px minmax(0,1fr)}.who dt{width:40px}
        .no{line-height:15px;min-width:15px;padding:0 4px}td .no{line-height:13px;min-width:13px}
        thead th{font-size:9.5px}thead th:nth-child(1){width:64px}
        thead th:nth-child(2){width:124px}thead th:nth-child(4){width:110px}th,td{padding:4px 7px}}

        """
}
