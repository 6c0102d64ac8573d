import type { z } from "zod";
import type { erasure, erasurePreview, erasures, retention } from "../../http/console-types/retention.ts";

export type Retention = z.infer<typeof retention>;
export type Erasures = z.infer<typeof erasures>;
export type OpenErasure = z.infer<typeof erasure>;
export type ErasurePreview = z.infer<typeof erasurePreview>;
