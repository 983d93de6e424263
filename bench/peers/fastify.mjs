/** For information: what Fastify alone takes, with a schema and without anything else of Ultronex. */
import Fastify from 'fastify';

const app = Fastify();
const text = { type: 'string' };
const object = (properties) => ({ type: 'object', properties });

app.get('/heartbeat', { schema: { response: { 200: object({ msg: text }) } } }, (_request, reply) => {
  reply.send({ msg: "I don't have a heart but I am alive!" });
});
const message = object({ channel: text, text, title: text });
const schema = {
  body: object({ msg: message }),
  response: { 200: object({ id: text, msg: message, status: text }) },
};
app.post('/slack', { schema }, (request, reply) => {
  reply.send({ id: '00000000-0000-4000-8000-000000000000', msg: request.body.msg, status: 'triggered' });
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
