import { buildStory } from './interviewers/tui/program.ts'
const s = await buildStory(); console.log(s.path); process.exit()
