import { Client } from 'pg';
import { benchIntake } from './intake.ts';
import { formatTable } from './report.ts';
import { migrate } from '../../src/store/migrate.ts';
const c = new Client('postgres://postgres@127.0.0.1:5432/postgres'); await c.connect(); await c.query('drop database if exists cs_bench with (force)'); await c.query('create database cs_bench'); await c.end();
const url='postgres://postgres@127.0.0.1:5432/cs_bench';
await migrate(url,'migrations');
console.log(formatTable(await benchIntake(url)));
process.exit(0);
