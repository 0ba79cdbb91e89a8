/** Shapes, as layers and models see them. @module */

/** Dimensions, outermost first. */
export type Shape = readonly number[];
