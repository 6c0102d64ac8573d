import { callbackSaboteurs } from "../support/callback-saboteurs.ts";
import { editSaboteurs } from "../support/edit-saboteurs.ts";
import { areFoundOut } from "../support/found-out.ts";
import { recordSaboteurs } from "../support/record-saboteurs.ts";
import { sendingSaboteurs } from "../support/sending-saboteurs.ts";
import { simulatedSaboteurs } from "../support/simulated-saboteurs.ts";

areFoundOut("a saboteur is found out: a service that", [
  ...callbackSaboteurs,
  ...sendingSaboteurs,
  ...recordSaboteurs,
  ...editSaboteurs,
  ...simulatedSaboteurs,
]);
