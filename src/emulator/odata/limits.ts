/** What the service caps, each with its source. They are the service's own numbers and no setting changes them. */

/** Rows that `$count` counts at most (facts-2 §2; 500 for elastic tables, which are not served). */
export const countCap = 5000
/** Rows of a page, and the most that odata.maxpagesize may ask for (facts-2 §1.8). */
export const pageCap = 5000
/** Rows that an aggregate examines before it refuses (facts-2 §2). */
export const aggregateCap = 50_000
/** `$expand` options in one query, nested ones included (documented for joining tables with OData; the text of its error is unverified). */
export const expandCap = 15
/** Conditions in a filter; in FetchXML together with its link-entity elements (Microsoft Learn, "Filter rows", "Condition limits"). */
export const conditionCap = 500
/** link-entity elements in one query (Microsoft Learn, "Join tables using FetchXml"). */
export const linkCap = 15
/** Rows that the joins or expansions of one query may make here. The service gives up after two minutes; this is the emulator's own measure. */
export const workCap = 200_000
