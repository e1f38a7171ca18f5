import { expect, test } from "vitest";
import { tooltip } from "./classOptions";

test("a point of a ROC curve says both rates and the threshold, for each class", () => {
  const point = (seriesName: string, value: [number, number, number?]) => ({ marker: "", seriesName, value });
  const text = tooltip(
    [
      point("a<b", [0.1, 0.2, 0.9]),
      point("a<b", [0.1, 0.8, 0.7]),
      point("c", [0.1, 0.5]),
      point("by chance", [0.1, 0.1]),
    ],
    "False positive rate",
    "True positive rate",
  );
  expect(text).toBe(
    "False positive rate <b>0.1000</b><br>True positive rate:<br>" +
      "a&#60;b&nbsp; <b>0.8000</b> at threshold 0.7000<br>c&nbsp; <b>0.5000</b>",
  );
});
