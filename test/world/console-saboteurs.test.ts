import { consoleSaboteurs } from "../support/console-saboteurs.ts";
import { areFoundOut } from "../support/found-out.ts";
import { undoSaboteurs } from "../support/undo-saboteurs.ts";

areFoundOut("a saboteur is found out: a console that", [...consoleSaboteurs, ...undoSaboteurs]);
