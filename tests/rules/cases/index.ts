/** Cases of every rule that is judged. */

import { R30 } from "./availabilityGroup";
import type { CaseTable, JudgedRule } from "./case";
import { clientAccess } from "./clientAccess";
import { R15 } from "./coexistence";
import { D7, D15, R8 } from "./computers";
import { R9 } from "./declared";
import { R35, R36, R37, R38 } from "./domainObjects";
import { P1 } from "./firstOfRole";
import * as firstServer from "./firstServer";
import { R18 } from "./framework";
import { P3 } from "./furtherServer";
import { R12 } from "./identity";
import { R53, R54 } from "./installation";
import { R7, R13 } from "./leftover";
import { P2, P4 } from "./localAdministrators";
import { R4, R5, R6, R70 } from "./logon";
import { D1, R3 } from "./organization";
import * as permissions from "./permissions";
import * as placement from "./placement";
import { R55, R56, R57, R58 } from "./placeOfSetup";
import { R19 } from "./remoteRegistry";
import { D4 } from "./requirements";
import { R33, R34 } from "./schemaHealth";
import { R16 } from "./schemaMaster";
import { R31, R32 } from "./securityGroups";
import { R39, R40, R41, R42 } from "./serverHealth";
import { R50, R51, R52 } from "./serverServices";
import { R14 } from "./setupAnswers";
import { R43, R44, R45, R46, R47, R48 } from "./setupGround";
import { R20, R21, R22, R23 } from "./setupNeeds";
import { siteOrder } from "./siteOrder";
import { D9, R2 } from "./transitions";
import { D5, D6, R17 } from "./windows";

export const cases: Readonly<Record<JudgedRule, CaseTable>> = {
  D1,
  D3: [...clientAccess, ...siteOrder],
  D4,
  D5,
  D6,
  D7,
  D9,
  D10: placement.D10,
  D15,
  P1,
  P2,
  P3,
  P4,
  P5: [...permissions.P5, ...firstServer.P5],
  P6: [...placement.P6, ...firstServer.P6],
  P7: [...permissions.P7, ...firstServer.P7],
  P8: [...placement.P8, ...firstServer.P8],
  P9: [...permissions.P9, ...firstServer.P9],
  R2,
  R3,
  R4,
  R5,
  R6,
  R7,
  R8,
  R9,
  R12,
  R13,
  R14,
  R15,
  R16,
  R17,
  R18,
  R19,
  R20,
  R21,
  R22,
  R23,
  R30,
  R31,
  R32,
  R33,
  R34,
  R35,
  R36,
  R37,
  R38,
  R39,
  R40,
  R41,
  R42,
  R43,
  R44,
  R45,
  R46,
  R47,
  R48,
  R50,
  R51,
  R52,
  R53,
  R54,
  R55,
  R56,
  R57,
  R58,
  R70,
};
