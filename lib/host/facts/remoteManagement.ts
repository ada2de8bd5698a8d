/** Whether Windows Remote Management has its configuration: without it Setup of 2013 and later was seen to ask for a restart. */
import { known, unknown } from "../../facts";
import { failureOf, regQuery } from "../cmd/commands";
import { dataOf, findKey, parseRegistry } from "../cmd/registry";
import type { Question } from "./question";
import { notAsked, signOf } from "./settings";

export const remoteManagementQuestion: Question<"remoteManagement"> = {
  commands: (asked): { readonly [part: string]: string } => {
    const sign = signOf(asked, "recommended value");
    return sign === undefined ? {} : { wsman: `${regQuery(sign.key)} 2>&1` };
  },
  keysInQuestion: (parts, asked) => {
    const sign = signOf(asked, "recommended value");
    return sign !== undefined && parts.wsman?.ok === false ? [sign.key] : [];
  },
  answer: async (parts, { asked, hidden, presenceOf }) => {
    const sign = signOf(asked, "recommended value");
    if (sign === undefined) return notAsked("Windows Remote Management");
    const source = `${sign.key}\\${sign.value}`;
    const why = hidden(sign.key);
    if (why !== null) return unknown(why, source);
    const part = parts.wsman;
    if (part === undefined) return unknown("it was not asked", source);
    if (part.ok)
      return known(dataOf(findKey(parseRegistry(part.text), sign.key), sign.value) !== null, source);
    return (await presenceOf(sign.key)) === "absent"
      ? known(false, source)
      : unknown(failureOf(part), source);
  },
};
