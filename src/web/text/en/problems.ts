/** Problems of the API. Its answers say them in English already, so there is nothing to say here. */
export const problems = {
  problems: {} as Record<string, string>,
  nextSteps: {} as Record<string, string>,
};
