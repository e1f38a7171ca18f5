import { flag, MAX_NUMBER, numbersOrTexts, oneOf, optional, type RawSearch } from "@/lib/search";
import { curveSearch } from "@/ui/curves/curveSearch";

export const isVersionNumber = (value: number | string): value is number =>
  typeof value === "number" && value >= 1 && value <= MAX_NUMBER;

export const compareSearch = (raw: RawSearch) =>
  optional({
    /** Numbers of versions, in order; also what is none, to be told. */
    v: numbersOrTexts(raw.v),
    /** Which split the curves are of. */
    split: oneOf(raw.split, ["train", "validation", "test"]),
    ...curveSearch(raw),
    /** Every key of the configs, also those that are the same. */
    all: flag(raw.all),
  });
