/** HTML that escapes what it is given. */
import { describe, expect, it } from "vitest";
import { markup, scriptData } from "../../../src/report/html/html.ts";

describe("markup", () => {
  it("escapes text, in elements and in attributes, and takes HTML as it is", () => {
    const name = `<b class="x">'&'</b>`;
    const inner = markup`<i title="${name}">${name}</i>`;
    const escaped = "&lt;b class=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;";
    expect(inner.html).toBe(`<i title="${escaped}">${escaped}</i>`);
    expect(markup`<p>${[inner, inner]}${2}</p>`.html).toBe(`<p>${inner.html}${inner.html}2</p>`);
  });

  it("keeps data of scripts from ending the script, and the data as it was", () => {
    const data = { name: "</script><!--<script>" };
    const { html: text } = scriptData(data);
    expect(text).not.toContain("<");
    expect(JSON.parse(text)).toEqual(data);
  });
});
