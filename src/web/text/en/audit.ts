/** The audit log. */
export const audit = {
  audit: {
    heading: "Audit log",
    act: "Act",
    actor: "By",
    message: "Message",
    at: "When",
    detail: "Detail",
    seal: "Seal",
    exportCsv: "Export as CSV",
    exportJson: "Export as JSON Lines",
    exportNote: "Exports follow the filters, and are entries of the log themselves.",
    empty: "No entry fits.",
    emptyNext: "Widen the time range or clear a filter.",
  },
};
