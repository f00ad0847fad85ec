/** How trees (`isTree`) are packed, wherever they go. */
export const MSGPACK = { useRecords: false, moreTypes: false, mapsAsObjects: true } as const;
