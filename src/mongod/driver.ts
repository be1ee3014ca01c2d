/**
 * The MongoDB driver, in a file of its own so that it can be loaded late: it is a CommonJS package, whose names only a
 * static import finds once it is bundled.
 */
export { MongoClient } from 'mongodb'
