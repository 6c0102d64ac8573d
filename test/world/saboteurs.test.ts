import { areFoundOut } from "../support/found-out.ts";
import { saboteurs } from "../support/saboteurs.ts";

areFoundOut("a saboteur is found out: a service that", saboteurs);
