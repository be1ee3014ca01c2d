import { startUnattended } from '../../../src/interviewers/unattended/start.ts'

// A program that goes on telling after its reader has gone: it ends with 0 when that is no reason to crash.

const { stdout, stderr } = process
const interviewer = startUnattended({ format: 'json', stdout, stderr })
const broken = new Promise(resolve => stdout.once('error', resolve))
const timer = setInterval(() => interviewer.tell({ type: 'step', step: 'snapshot', status: 'started' }), 1)
await broken
clearInterval(timer)
interviewer.tell({ type: 'step', step: 'snapshot', status: 'done' })
await interviewer.close()
stderr.write('the end\n')
