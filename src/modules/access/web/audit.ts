import '../../../web/styles.css';
import { createApp } from 'vue';
import AuditPage from './AuditPage.vue';

createApp(AuditPage).mount('#app');
